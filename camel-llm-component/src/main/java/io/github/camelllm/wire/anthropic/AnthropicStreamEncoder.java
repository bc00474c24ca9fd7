package io.github.camelllm.wire.anthropic;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec.StreamEncoder;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.sse.SseEncoder;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer as server-sent events, {@code message_start} to {@code message_stop}. Only the first choice has a
 * place. {@code message_start} waits for the first event with content, so that it holds the usage that providers
 * report at their start; {@code message_delta} waits for the end of the answer, so that it holds the usage that
 * others report there. Not thread-safe.
 *
 * <p>Blocks follow one another, as the wire wants it. A tool call stays open while another begins only if its
 * arguments are no whole JSON object yet, since some providers mix the fragments of parallel calls. The beginning of a call waits for
 * the next event, since the signature that may follow it has its place there.
 */
final class AnthropicStreamEncoder implements StreamEncoder {
    private static final byte[] NOTHING = new byte[0];

    private enum Open {
        NONE,
        TEXT,
        REFUSAL,
        THINKING,
        AUDIO
    }

    /** A tool call whose block has not been stopped. */
    private static final class OpenCall {
        final int index;
        final StringBuilder arguments = new StringBuilder();
        final boolean custom;

        OpenCall(int index, boolean custom) {
            this.index = index;
            this.custom = custom;
        }
    }

    private final ChatRequest request;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    private final Writer writer = new Writer();
    private final TreeMap<Integer, OpenCall> calls = new TreeMap<>();
    private final Map<Integer, Integer> callIndexes = new HashMap<>();
    private final Map<String, String> extensions = new LinkedHashMap<>();
    private Optional<String> id = Optional.empty();
    private Optional<String> model = Optional.empty();
    private Optional<Usage> usage = Optional.empty();
    private Optional<Finish> finish = Optional.empty();
    private boolean started;
    private Open open = Open.NONE;
    private int index = -1;
    /** The first event of a call, which is not written yet. */
    private StreamEvent.@Nullable ToolCallDelta held;

    AnthropicStreamEncoder(ChatRequest request) {
        this.request = request;
    }

    @Override
    public byte[] encode(StreamEvent event) {
        if (!(event instanceof StreamEvent.SignatureAdded)) {
            beginHeld(Optional.empty());
        }
        event.accept(writer);
        return take();
    }

    @Override
    public byte[] error(LlmException failure) {
        return SseEncoder.encode("error", AnthropicServerCodec.errorBody(failure));
    }

    private byte[] take() {
        if (out.size() == 0) {
            return NOTHING;
        }
        byte[] bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    private void send(String type, Json.Writer members) {
        byte[] data = Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("type", type);
            members.write(json);
            json.writeEndObject();
        });
        out.writeBytes(SseEncoder.encode(type, data));
    }

    private void start() {
        if (started) {
            return;
        }
        started = true;
        send("message_start", json -> {
            json.writeObjectFieldStart("message");
            AnswerWriter.writeHead(json, id, model, request);
            json.writeArrayFieldStart("content");
            json.writeEndArray();
            AnswerWriter.writeStop(json, Optional.empty(), Map.of());
            json.writeFieldName("usage");
            AnswerWriter.writeUsage(json, usage, AnswerWriter.extension(extensions, "usage"), true);
            json.writeEndObject();
        });
    }

    private void startBlock(Json.Writer block) {
        start();
        index++;
        int number = index;
        send("content_block_start", json -> {
            json.writeNumberField("index", number);
            json.writeFieldName("content_block");
            block.write(json);
        });
    }

    private void delta(int number, String type, String member, String text) {
        send("content_block_delta", json -> {
            json.writeNumberField("index", number);
            json.writeObjectFieldStart("delta");
            json.writeStringField("type", type);
            json.writeStringField(member, text);
            json.writeEndObject();
        });
    }

    private void stop(int number) {
        send("content_block_stop", json -> json.writeNumberField("index", number));
    }

    /** Stops what is open, tool calls included. */
    private void stopAll() {
        stopPart();
        calls.values().forEach(this::end);
        calls.clear();
    }

    private void end(OpenCall call) {
        if (call.custom) {
            argumentsDelta(call.index, RawJson.freeTextInput(call.arguments.toString()));
        }
        stop(call.index);
    }

    private void beginHeld(Optional<String> signature) {
        StreamEvent.ToolCallDelta call = held;
        if (call != null) {
            held = null;
            append(begin(call, signature), call.arguments());
        }
    }

    private OpenCall begin(StreamEvent.ToolCallDelta event, Optional<String> signature) {
        stopPart();
        calls.values().removeIf(before -> {
            boolean whole = before.custom || RawJson.isObject(before.arguments.toString());
            if (whole) {
                end(before);
            }
            return whole;
        });
        startBlock(json -> AnswerWriter.writeCall(
                json, event.id().orElse(""), event.name().orElse(""), "{}", signature, event.json()));
        OpenCall call = new OpenCall(index, event.custom());
        // As the provider does, and so that a call without arguments has a delta too.
        argumentsDelta(index, "");
        calls.put(index, call);
        callIndexes.put(event.call(), index);
        return call;
    }

    private void append(OpenCall call, String arguments) {
        call.arguments.append(arguments);
        if (!call.custom && !arguments.isEmpty()) {
            argumentsDelta(call.index, arguments);
        }
    }

    private void argumentsDelta(int number, String json) {
        delta(number, "input_json_delta", "partial_json", json);
    }

    private void cite(String location) {
        send("content_block_delta", json -> {
            json.writeNumberField("index", index);
            json.writeObjectFieldStart("delta");
            json.writeStringField("type", "citations_delta");
            json.writeFieldName("citation");
            json.writeRawValue(location);
            json.writeEndObject();
        });
    }

    private void whole(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            stopAll();
            text(Open.TEXT, text.text());
            text.citations().forEach(citation -> writer.citationAdded(new StreamEvent.CitationAdded(0, citation)));
            stopPart();
        } else if (part instanceof ContentPart.Refusal refusal) {
            stopAll();
            text(Open.REFUSAL, refusal.text());
            stopPart();
        } else if (part instanceof ContentPart.Media media) {
            stopAll();
            text(Open.AUDIO, media.transcript().orElse(""));
            stopPart();
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            reasoning(reasoning);
        } else if (part instanceof ContentPart.ToolCall call) {
            stopAll();
            startBlock(
                    json -> AnswerWriter.writeCall(json, call.id(), call.name(), "{}", call.signature(), call.json()));
            argumentsDelta(index, AnswerWriter.input(call));
            stop(index);
        } else if (part instanceof ContentPart.Opaque opaque) {
            if (AnswerWriter.isOwn(opaque)) {
                opaque(opaque);
            }
        } else {
            throw new AssertionError(part);
        }
    }

    private void reasoning(ContentPart.Reasoning reasoning) {
        stopAll();
        startBlock(json -> AnswerWriter.writeReasoning(json, reasoning, "", ""));
        if (reasoning.redacted().isEmpty()) {
            if (!reasoning.text().isEmpty()) {
                delta(index, "thinking_delta", "thinking", reasoning.text());
            }
            reasoning.signature().ifPresent(signature -> delta(index, "signature_delta", "signature", signature));
        }
        stop(index);
    }

    /** A block goes out whole, but for the input of a tool that the provider runs, which comes in a delta. */
    private void opaque(ContentPart.Opaque opaque) {
        stopAll();
        Map<String, String> members = new LinkedHashMap<>(RawJson.members(opaque.json()));
        String input = opaque.type().endsWith("tool_use") ? members.get("input") : null;
        if (input != null) {
            members.put("input", "{}");
        }
        startBlock(json -> json.writeRawValue(RawJson.object(members)));
        if (input != null) {
            argumentsDelta(index, input);
        }
        stop(index);
    }

    private void stopPart() {
        if (open != Open.NONE) {
            stop(index);
            open = Open.NONE;
        }
    }

    private void openPart(Open kind, Json.Writer block) {
        if (open != kind) {
            stopAll();
            startBlock(block);
            open = kind;
        }
    }

    private void text(Open kind, String text) {
        if (text.isEmpty()) {
            return;
        }
        openPart(kind, json -> json.writeRawValue("{\"type\":\"text\",\"text\":\"\"}"));
        delta(index, "text_delta", "text", text);
    }

    private void finish() {
        start();
        stopAll();
        send("message_delta", json -> {
            json.writeObjectFieldStart("delta");
            AnswerWriter.writeStop(json, finish, extensions);
            Optional<String> container = AnswerWriter.extension(extensions, "container");
            if (container.isPresent()) {
                json.writeFieldName("container");
                json.writeRawValue(container.get());
            }
            json.writeEndObject();
            json.writeFieldName("usage");
            AnswerWriter.writeUsage(json, usage, AnswerWriter.extension(extensions, "usage"), false);
            Map<String, String> others = new LinkedHashMap<>(extensions);
            others.remove("container");
            AnswerWriter.writeOthers(json, others);
        });
        send("message_stop", json -> {});
    }

    private final class Writer implements StreamEvent.Handler {
        @Override
        public void started(StreamEvent.Started event) {
            id = event.id().or(() -> id);
            model = event.model().or(() -> model);
        }

        @Override
        public void textDelta(StreamEvent.TextDelta event) {
            if (event.choice() == 0) {
                text(Open.TEXT, event.text());
            }
        }

        @Override
        public void reasoningDelta(StreamEvent.ReasoningDelta event) {
            if (event.choice() != 0) {
                return;
            }
            openPart(
                    Open.THINKING,
                    json -> json.writeRawValue("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"));
            if (!event.text().isEmpty()) {
                delta(index, "thinking_delta", "thinking", event.text());
            }
        }

        @Override
        public void refusalDelta(StreamEvent.RefusalDelta event) {
            if (event.choice() == 0) {
                text(Open.REFUSAL, event.text());
            }
        }

        @Override
        public void toolCallDelta(StreamEvent.ToolCallDelta event) {
            if (event.choice() != 0) {
                return;
            }
            Integer known = callIndexes.get(event.call());
            if (known == null) {
                held = event;
                return;
            }
            OpenCall call = calls.get(known);
            if (call != null) {
                append(call, event.arguments());
            }
        }

        @Override
        public void audioDelta(StreamEvent.AudioDelta event) {
            if (event.choice() == 0) {
                text(Open.AUDIO, event.transcript());
            }
        }

        @Override
        public void partAdded(StreamEvent.PartAdded event) {
            if (event.choice() == 0) {
                whole(event.part());
            }
        }

        @Override
        public void signatureAdded(StreamEvent.SignatureAdded event) {
            if (event.choice() != 0) {
                return;
            }
            if (held != null) {
                beginHeld(Optional.of(event.signature()));
            } else if (open == Open.THINKING) {
                delta(index, "signature_delta", "signature", event.signature());
                stopPart();
            }
        }

        @Override
        public void citationAdded(StreamEvent.CitationAdded event) {
            String location = AnswerWriter.location(event.citation());
            if (event.choice() != 0 || location == null) {
                return;
            }
            openPart(Open.TEXT, json -> json.writeRawValue("{\"type\":\"text\",\"text\":\"\"}"));
            cite(location);
        }

        @Override
        public void partEnded(StreamEvent.PartEnded event) {
            if (event.choice() != 0) {
                return;
            }
            if (open == Open.NONE && calls.size() == 1) {
                stopAll();
            }
            stopPart();
        }

        @Override
        public void logprobsDelta(StreamEvent.LogprobsDelta event) {
            // The wire has none.
        }

        @Override
        public void usageReported(StreamEvent.UsageReported event) {
            usage = Optional.of(event.usage());
        }

        @Override
        public void finished(StreamEvent.Finished event) {
            if (event.choice() == 0) {
                finish = Optional.of(event.finish());
                start();
                stopAll();
            }
        }

        @Override
        public void extensionAdded(StreamEvent.ExtensionAdded event) {
            extensions.put(event.name(), event.json());
        }

        @Override
        public void completed(StreamEvent.Completed event) {
            finish();
        }
    }
}
