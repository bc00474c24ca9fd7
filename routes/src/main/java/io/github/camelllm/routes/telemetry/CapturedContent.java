package io.github.camelllm.routes.telemetry;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.routes.redaction.Redact;
import io.github.camelllm.wire.Json;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of questions and answers is put on spans, as JSON of the conventions: nothing, or the texts, calls of tools and their
 * results, as they are or with personal data replaced. Pictures, sounds, files and tools' definitions are only named.
 *
 * @see <a href="https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md">Capturing
 *     instructions, inputs, and outputs</a>
 */
final class CapturedContent {
    /** Nothing. */
    static final CapturedContent OFF = new CapturedContent(false, UnaryOperator.identity());

    /** Most characters of one attribute's texts; of what is longer the beginning is kept. */
    static final int MOST_CHARS = 32_000;

    /** Characters of the longest value that is to be replaced, and more. */
    private static final int LONGEST_VALUE = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(CapturedContent.class);

    private final boolean on;
    private final UnaryOperator<String> change;

    private CapturedContent(boolean on, UnaryOperator<String> change) {
        this.on = on;
        this.change = change;
    }

    static CapturedContent of(TelemetrySettings.Content content, CamelContext context) {
        switch (content) {
            case OFF:
                return OFF;
            case FULL:
                return new CapturedContent(true, UnaryOperator.identity());
            default:
                try {
                    Redact redact = new Redact("iban,card,email,phone", "none");
                    return new CapturedContent(true, text -> redact.redacted(text, context));
                } catch (NoClassDefFoundError e) {
                    throw new IllegalStateException(
                            TelemetrySettings.PREFIX + "content=redacted needs com.google.re2j:re2j on the class path",
                            e);
                }
        }
    }

    boolean isOn() {
        return on;
    }

    void question(ChatRequest request, Span span) {
        if (!on) {
            return;
        }
        List<ChatMessage> instructions = request.messages().stream()
                .filter(CapturedContent::isInstruction)
                .toList();
        if (!instructions.isEmpty()) {
            set(span, GenAi.SYSTEM_INSTRUCTIONS, (json, texts) -> {
                json.writeStartArray();
                for (ChatMessage message : instructions) {
                    parts(json, texts, content(message));
                }
                json.writeEndArray();
            });
        }
        set(span, GenAi.INPUT_MESSAGES, (json, texts) -> {
            json.writeStartArray();
            for (ChatMessage message : request.messages()) {
                if (!isInstruction(message)) {
                    message(json, texts, message);
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
        });
    }

    void answer(ChatResponse response, Span span) {
        if (!on) {
            return;
        }
        set(span, GenAi.OUTPUT_MESSAGES, (json, texts) -> {
            json.writeStartArray();
            for (Choice choice : response.choices()) {
                message(json, texts, choice.message());
                if (choice.finish().isPresent()) {
                    json.writeStringField(
                            "finish_reason",
                            choice.finish().get().reason().name().toLowerCase(Locale.ROOT));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private interface Writing {
        void write(JsonGenerator json, Texts texts) throws IOException;
    }

    /** If a text cannot be redacted, nothing is told. */
    private void set(Span span, AttributeKey<String> key, Writing writing) {
        try {
            Texts texts = new Texts();
            span.setAttribute(key, new String(Json.bytes(json -> writing.write(json, texts)), StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            // Without the exception: its message may hold the text
            LOG.warn("Content was not captured for a span: {}", e.getClass().getName());
        }
    }

    /** Texts as they may be told, up to a length. */
    private final class Texts {
        private int left = MOST_CHARS;

        /** Changed before it is cut, or else the cut would leave a part of a value that no rule finds. */
        String of(String text) {
            if (left == 0) {
                return "";
            }
            boolean longer = text.length() > left + LONGEST_VALUE;
            String changed = change.apply(longer ? text.substring(0, left + LONGEST_VALUE) : text);
            // Where the text went on, its last characters may be such a part
            int end = Math.min(left, longer ? Math.max(0, changed.length() - LONGEST_VALUE) : changed.length());
            left = end < changed.length() ? 0 : left - end;
            return changed.substring(0, end);
        }
    }

    private static boolean isInstruction(ChatMessage message) {
        return message instanceof ChatMessage.System || message instanceof ChatMessage.Developer;
    }

    private static List<ContentPart> content(ChatMessage message) {
        if (message instanceof ChatMessage.System system) {
            return system.content();
        }
        if (message instanceof ChatMessage.Developer developer) {
            return developer.content();
        }
        if (message instanceof ChatMessage.User user) {
            return user.content();
        }
        if (message instanceof ChatMessage.Assistant assistant) {
            return assistant.content();
        }
        if (message instanceof ChatMessage.Tool tool) {
            return tool.content();
        }
        throw new AssertionError(message.getClass());
    }

    /** Leaves the object open. */
    private static void message(JsonGenerator json, Texts texts, ChatMessage message) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", message.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        json.writeArrayFieldStart("parts");
        if (message instanceof ChatMessage.Tool tool) {
            json.writeStartObject();
            json.writeStringField("type", "tool_call_response");
            json.writeStringField("id", tool.toolCallId());
            json.writeArrayFieldStart("response");
            parts(json, texts, tool.content());
            json.writeEndArray();
            json.writeEndObject();
        } else {
            parts(json, texts, content(message));
        }
        json.writeEndArray();
    }

    private static void parts(JsonGenerator json, Texts texts, List<ContentPart> parts) throws IOException {
        for (ContentPart part : parts) {
            json.writeStartObject();
            if (part instanceof ContentPart.Text text) {
                text(json, "text", texts.of(text.text()));
            } else if (part instanceof ContentPart.Refusal refusal) {
                text(json, "text", texts.of(refusal.text()));
            } else if (part instanceof ContentPart.Reasoning reasoning) {
                text(json, "reasoning", texts.of(reasoning.text()));
            } else if (part instanceof ContentPart.ToolCall call) {
                json.writeStringField("type", "tool_call");
                json.writeStringField("id", call.id());
                json.writeStringField("name", call.name());
                json.writeStringField("arguments", texts.of(call.argumentsJson()));
            } else if (part instanceof ContentPart.Media media) {
                json.writeStringField("type", "blob");
                json.writeStringField("modality", media.kind().name().toLowerCase(Locale.ROOT));
            } else {
                json.writeStringField("type", "other");
            }
            json.writeEndObject();
        }
    }

    private static void text(JsonGenerator json, String type, String text) throws IOException {
        json.writeStringField("type", type);
        json.writeStringField("content", text);
    }
}
