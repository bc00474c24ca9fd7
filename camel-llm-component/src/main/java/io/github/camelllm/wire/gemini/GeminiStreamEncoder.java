package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Encodes events as {@code alt=sse} chunks, with the CRLF line ends of the real service. Text and reasoning go out as they
 * come. The wire takes function calls and audio whole only: from the first of them on, a choice's content is held until the
 * choice finishes. {@code finishReason}, metadata and usage go together in the last chunk; usage also in the first
 * one after it is known. A signature that comes after its text has gone out follows in an empty part of its own, as the service
 * itself does. Not thread-safe.
 */
final class GeminiStreamEncoder implements ChatServerCodec.StreamEncoder, StreamEvent.Handler {
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] PREFIX = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SUFFIX = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final String requestModel;
    private final Map<String, String> extensions = new LinkedHashMap<>();
    private final TreeMap<Integer, OpenChoice> choices = new TreeMap<>();
    private Optional<String> id = Optional.empty();
    private Optional<String> model = Optional.empty();
    private Optional<Instant> created = Optional.empty();
    private @Nullable Usage usage;
    private boolean usageSent;
    private boolean begun;
    private byte[] output = NOTHING;

    GeminiStreamEncoder(String requestModel) {
        this.requestModel = requestModel;
    }

    @Override
    public byte[] encode(StreamEvent event) {
        output = NOTHING;
        event.accept(this);
        return output;
    }

    @Override
    public byte[] error(LlmException failure) {
        boolean asFeedback = failure instanceof LlmContentFilteredException && !begun;
        return frame(asFeedback ? ServerErrors.encode(failure) : ServerErrors.encodeStatus(failure));
    }

    @Override
    public void started(StreamEvent.Started event) {
        id = event.id().or(() -> id);
        model = event.model().or(() -> model);
        created = event.created().or(() -> created);
    }

    @Override
    public void textDelta(StreamEvent.TextDelta event) {
        if (!hold(event.choice(), event)) {
            choice(event.choice()).lastIsThought = false;
            send(event.choice(), json -> AnswerWriter.writeText(json, event.text(), false, Optional.empty()));
        }
    }

    @Override
    public void reasoningDelta(StreamEvent.ReasoningDelta event) {
        if (!hold(event.choice(), event)) {
            choice(event.choice()).lastIsThought = true;
            send(event.choice(), json -> AnswerWriter.writeText(json, event.text(), true, Optional.empty()));
        }
    }

    @Override
    public void refusalDelta(StreamEvent.RefusalDelta event) {
        textDelta(new StreamEvent.TextDelta(event.choice(), event.text()));
    }

    @Override
    public void toolCallDelta(StreamEvent.ToolCallDelta event) {
        choice(event.choice()).startHolding();
        hold(event.choice(), event);
    }

    @Override
    public void audioDelta(StreamEvent.AudioDelta event) {
        choice(event.choice()).startHolding();
        hold(event.choice(), event);
    }

    @Override
    public void partAdded(StreamEvent.PartAdded event) {
        if (hold(event.choice(), event)) {
            return;
        }
        if (event.part() instanceof ContentPart.Opaque opaque
                && !opaque.dialect().equals(GeminiDialect.NAME)) {
            return;
        }
        choice(event.choice()).lastIsThought = event.part() instanceof ContentPart.Reasoning;
        send(event.choice(), json -> AnswerWriter.writePart(json, event.part()));
    }

    @Override
    public void signatureAdded(StreamEvent.SignatureAdded event) {
        if (!hold(event.choice(), event)) {
            boolean thought = choice(event.choice()).lastIsThought;
            // Gemini's own signed thoughts come as whole parts
            String signature = thought ? ForeignSignatures.ofSigned(event.signature()) : event.signature();
            send(event.choice(), json -> AnswerWriter.writeText(json, "", thought, Optional.of(signature)));
        }
    }

    @Override
    public void citationAdded(StreamEvent.CitationAdded event) {
        choice(event.choice()).citations.add(event.citation());
    }

    @Override
    public void partEnded(StreamEvent.PartEnded event) {
        hold(event.choice(), event);
    }

    @Override
    public void logprobsDelta(StreamEvent.LogprobsDelta event) {
        choice(event.choice()).logprobs.addAll(event.logprobs());
    }

    @Override
    public void usageReported(StreamEvent.UsageReported event) {
        usage = event.usage();
        usageSent = false;
    }

    @Override
    public void finished(StreamEvent.Finished event) {
        OpenChoice choice = choice(event.choice());
        choice.finish = Optional.of(event.finish());
        List<ContentPart> held = choice.takeHeld();
        if (!held.isEmpty()) {
            send(event.choice(), json -> {
                for (ContentPart part : held) {
                    AnswerWriter.writePart(json, part);
                }
            });
        }
    }

    @Override
    public void extensionAdded(StreamEvent.ExtensionAdded event) {
        extensions.put(event.name(), event.json());
    }

    @Override
    public void completed(StreamEvent.Completed event) {
        usageSent = false;
        chunk(json -> {
            json.writeArrayFieldStart("candidates");
            for (Map.Entry<Integer, OpenChoice> entry : choices.entrySet()) {
                OpenChoice choice = entry.getValue();
                json.writeStartObject();
                json.writeObjectFieldStart("content");
                json.writeArrayFieldStart("parts");
                List<ContentPart> held = choice.takeHeld();
                for (ContentPart part : held) {
                    AnswerWriter.writePart(json, part);
                }
                if (held.isEmpty()) {
                    AnswerWriter.writeText(json, "", false, Optional.empty());
                }
                json.writeEndArray();
                json.writeStringField("role", "model");
                json.writeEndObject();
                AnswerWriter.writeFinish(json, choice.finish);
                json.writeNumberField("index", entry.getKey());
                AnswerWriter.writeExtensions(json, entry.getKey(), extensions, choice.citations);
                AnswerWriter.writeLogprobs(json, choice.logprobs);
                json.writeEndObject();
            }
            json.writeEndArray();
            AnswerWriter.writePromptFeedback(json, extensions);
        });
    }

    private boolean hold(int index, StreamEvent event) {
        ChatResponseFold held = choice(index).held;
        if (held == null) {
            return false;
        }
        event.accept(held);
        return true;
    }

    private OpenChoice choice(int index) {
        return choices.computeIfAbsent(index, absent -> new OpenChoice());
    }

    private void send(int index, Json.Writer part) {
        chunk(json -> {
            json.writeArrayFieldStart("candidates");
            json.writeStartObject();
            json.writeObjectFieldStart("content");
            json.writeArrayFieldStart("parts");
            part.write(json);
            json.writeEndArray();
            json.writeStringField("role", "model");
            json.writeEndObject();
            json.writeNumberField("index", index);
            json.writeEndObject();
            json.writeEndArray();
        });
    }

    private void chunk(Json.Writer content) {
        output = frame(Json.bytes(json -> {
            json.writeStartObject();
            content.write(json);
            writeUsage(json);
            AnswerWriter.writeIdentity(json, model.orElse(requestModel), id, created);
            json.writeEndObject();
        }));
        begun = true;
    }

    private void writeUsage(JsonGenerator json) throws IOException {
        Usage known = usage;
        if (known != null && !usageSent) {
            usageSent = true;
            AnswerWriter.writeUsage(json, known, extensions);
        }
    }

    private static byte[] frame(byte[] payload) {
        byte[] frame = new byte[PREFIX.length + payload.length + SUFFIX.length];
        System.arraycopy(PREFIX, 0, frame, 0, PREFIX.length);
        System.arraycopy(payload, 0, frame, PREFIX.length, payload.length);
        System.arraycopy(SUFFIX, 0, frame, PREFIX.length + payload.length, SUFFIX.length);
        return frame;
    }

    private static final class OpenChoice {
        final List<Citation> citations = new ArrayList<>(0);
        final List<TokenLogprob> logprobs = new ArrayList<>(0);
        Optional<Finish> finish = Optional.empty();

        @Nullable
        ChatResponseFold held;

        boolean lastIsThought;

        void startHolding() {
            if (held == null) {
                held = new ChatResponseFold();
            }
        }

        /** What was held, of which nothing is held any more. */
        List<ContentPart> takeHeld() {
            ChatResponseFold fold = held;
            held = null;
            if (fold == null) {
                return List.of();
            }
            List<Choice> choices = fold.response().choices();
            return choices.isEmpty() ? List.of() : choices.get(0).message().content();
        }
    }
}
