package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.ChatServerCodec.StreamEncoder;
import io.github.camelllm.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes one streamed answer: {@code chat.completion.chunk} objects, the role of each choice first, the reasons of the end,
 * the usage if it is wanted, {@code [DONE]}. Not thread-safe.
 */
final class ChunkEncoder implements StreamEncoder, StreamEvent.Handler {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final boolean wantsUsage;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    private final TreeMap<Integer, Choice> choices = new TreeMap<>();
    private final Map<String, String> extensions = new LinkedHashMap<>();
    private String id = "";
    private String model;
    private long created;
    private Optional<String> fingerprint = Optional.empty();
    private Optional<Usage> usage = Optional.empty();

    /** What the stream encoder has to remember of a choice. */
    private static final class Choice {
        final Map<Integer, Integer> positions = new HashMap<>(4);
        final StringBuilder thought = new StringBuilder(0);
        int calls;
        int details;

        @Nullable
        Finish finish;

        boolean begun;
        Kind lastKind = Kind.TEXT;
    }

    private enum Kind {
        TEXT,
        REASONING,
        CALL
    }

    private interface Delta {
        void write(JsonGenerator json) throws IOException;
    }

    ChunkEncoder(ServedRequest request) {
        this.wantsUsage = request.streamUsage();
        this.model = request.request().model();
    }

    @Override
    public byte[] encode(StreamEvent event) {
        out.reset();
        event.accept(this);
        return out.toByteArray();
    }

    @Override
    public byte[] error(LlmException failure) {
        out.reset();
        send(ErrorWriter.write(failure));
        return out.toByteArray();
    }

    @Override
    public void started(StreamEvent.Started event) {
        id = event.id().orElse(id);
        model = event.model().orElse(model);
        created = event.created().map(Instant::getEpochSecond).orElse(created);
        fingerprint = event.systemFingerprint().or(() -> fingerprint);
    }

    @Override
    public void textDelta(StreamEvent.TextDelta event) {
        choice(event.choice()).lastKind = Kind.TEXT;
        send(event.choice(), json -> json.writeStringField("content", event.text()));
    }

    @Override
    public void reasoningDelta(StreamEvent.ReasoningDelta event) {
        Choice choice = choice(event.choice());
        choice.lastKind = Kind.REASONING;
        choice.thought.append(event.text());
        send(event.choice(), json -> json.writeStringField("reasoning_content", event.text()));
    }

    @Override
    public void refusalDelta(StreamEvent.RefusalDelta event) {
        send(event.choice(), json -> json.writeStringField("refusal", event.text()));
    }

    @Override
    public void toolCallDelta(StreamEvent.ToolCallDelta event) {
        Choice choice = choice(event.choice());
        choice.lastKind = Kind.CALL;
        Integer known = choice.positions.get(event.call());
        int position = known == null ? choice.calls++ : known;
        choice.positions.put(event.call(), position);
        Optional<String> newId = known == null ? Optional.of(event.id().orElse("")) : event.id();
        send(
                event.choice(),
                json -> writeCall(
                        position, newId, event.name(), event.arguments(), event.custom(), Optional.empty(), json));
    }

    @Override
    public void audioDelta(StreamEvent.AudioDelta event) {
        send(event.choice(), json -> {
            json.writeObjectFieldStart("audio");
            if (event.id().isPresent()) {
                json.writeStringField("id", event.id().get());
            }
            if (!event.base64().isEmpty()) {
                json.writeStringField("data", event.base64());
            }
            if (!event.transcript().isEmpty()) {
                json.writeStringField("transcript", event.transcript());
            }
            json.writeEndObject();
        });
    }

    @Override
    public void partAdded(StreamEvent.PartAdded event) {
        ContentPart part = event.part();
        int index = event.choice();
        if (part instanceof ContentPart.Text text) {
            addText(index, text);
        } else if (part instanceof ContentPart.ToolCall call) {
            Choice choice = choice(index);
            choice.lastKind = Kind.CALL;
            int position = choice.calls++;
            send(
                    index,
                    json -> writeCall(
                            position,
                            Optional.of(call.id()),
                            Optional.of(call.name()),
                            call.argumentsJson(),
                            call.custom(),
                            call.signature(),
                            json));
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            addReasoning(index, reasoning);
        } else if (part instanceof ContentPart.Refusal refusal) {
            refusalDelta(new StreamEvent.RefusalDelta(index, refusal.text()));
        } else if (part instanceof ContentPart.Media media && media.kind() == MediaKind.IMAGE) {
            send(index, json -> {
                json.writeArrayFieldStart("images");
                AnswerMembers.writeImage(media, json);
                json.writeEndArray();
            });
        }
        // Blocks that only their own provider understands have no place in this dialect's answers.
    }

    private void addText(int index, ContentPart.Text text) {
        choice(index).lastKind = Kind.TEXT;
        send(index, json -> {
            json.writeStringField("content", text.text());
            if (text.signature().isPresent()) {
                AnswerMembers.writeSignature(text.signature().get(), json);
            }
        });
        text.citations().forEach(citation -> citationAdded(new StreamEvent.CitationAdded(index, citation)));
    }

    private void addReasoning(int index, ContentPart.Reasoning reasoning) {
        Choice choice = choice(index);
        choice.lastKind = Kind.REASONING;
        ArrayNode details = AnswerMembers.details(List.of(reasoning), choice.details);
        send(index, json -> {
            if (!reasoning.text().isEmpty()) {
                json.writeStringField("reasoning_content", reasoning.text());
            }
            if (!details.isEmpty()) {
                json.writeFieldName("reasoning_details");
                json.writeTree(details);
            }
        });
        choice.details += details.size();
        choice.thought.setLength(0);
    }

    @Override
    public void signatureAdded(StreamEvent.SignatureAdded event) {
        Choice choice = choice(event.choice());
        switch (choice.lastKind) {
            case REASONING:
                String thought = choice.thought.toString();
                choice.thought.setLength(0);
                int index = choice.details++;
                send(event.choice(), json -> {
                    json.writeArrayFieldStart("reasoning_details");
                    json.writeStartObject();
                    json.writeStringField("type", "reasoning.text");
                    json.writeStringField("text", thought);
                    json.writeStringField("signature", event.signature());
                    json.writeStringField("format", ReasoningDetails.CLAUDE);
                    json.writeNumberField("index", index);
                    json.writeEndObject();
                    json.writeEndArray();
                });
                break;
            case CALL:
                send(event.choice(), json -> {
                    json.writeArrayFieldStart("tool_calls");
                    json.writeStartObject();
                    json.writeNumberField("index", choice.calls - 1);
                    AnswerMembers.writeSignature(event.signature(), json);
                    json.writeEndObject();
                    json.writeEndArray();
                });
                break;
            default:
                send(event.choice(), json -> AnswerMembers.writeSignature(event.signature(), json));
        }
    }

    @Override
    public void citationAdded(StreamEvent.CitationAdded event) {
        send(event.choice(), json -> {
            json.writeArrayFieldStart("annotations");
            Annotations.write(event.citation(), 0, 0, json);
            json.writeEndArray();
        });
    }

    @Override
    public void partEnded(StreamEvent.PartEnded event) {
        choice(event.choice()).thought.setLength(0);
    }

    @Override
    public void logprobsDelta(StreamEvent.LogprobsDelta event) {
        begin(event.choice());
        chunk(event.choice(), json -> {}, event.logprobs(), null);
    }

    @Override
    public void usageReported(StreamEvent.UsageReported event) {
        usage = Optional.of(event.usage());
    }

    @Override
    public void finished(StreamEvent.Finished event) {
        begin(event.choice());
        choice(event.choice()).finish = event.finish();
    }

    @Override
    public void extensionAdded(StreamEvent.ExtensionAdded event) {
        extensions.put(event.name(), event.json());
    }

    @Override
    public void completed(StreamEvent.Completed event) {
        for (Map.Entry<Integer, Choice> choice : choices.entrySet()) {
            Finish finish = choice.getValue().finish;
            chunk(choice.getKey(), json -> {}, List.of(), finish == null ? Finish.of(FinishReason.STOP) : finish);
        }
        if (wantsUsage && usage.isPresent()) {
            send(Json.bytes(json -> {
                head(json);
                json.writeArrayFieldStart("choices");
                json.writeEndArray();
                AnswerMembers.writeUsage(usage.get(), json);
                AnswerMembers.writeExtensions(extensions, json);
                json.writeEndObject();
            }));
        }
        out.writeBytes(DONE);
    }

    private static void writeCall(
            int position,
            Optional<String> id,
            Optional<String> name,
            String arguments,
            boolean custom,
            Optional<String> signature,
            JsonGenerator json)
            throws IOException {
        String type = custom ? "custom" : "function";
        json.writeArrayFieldStart("tool_calls");
        json.writeStartObject();
        json.writeNumberField("index", position);
        if (id.isPresent()) {
            json.writeStringField("id", id.get());
            json.writeStringField("type", type);
        }
        json.writeObjectFieldStart(type);
        if (name.isPresent()) {
            json.writeStringField("name", name.get());
        }
        json.writeStringField(custom ? "input" : "arguments", arguments);
        json.writeEndObject();
        if (signature.isPresent()) {
            AnswerMembers.writeSignature(signature.get(), json);
        }
        json.writeEndObject();
        json.writeEndArray();
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, absent -> new Choice());
    }

    /** The first chunk of a choice tells its role, as OpenAI's does. */
    private void begin(int index) {
        Choice choice = choice(index);
        if (!choice.begun) {
            choice.begun = true;
            chunk(
                    index,
                    json -> {
                        json.writeStringField("role", "assistant");
                        json.writeStringField("content", "");
                        json.writeNullField("refusal");
                    },
                    List.of(),
                    null);
        }
    }

    private void send(int index, Delta delta) {
        begin(index);
        chunk(index, delta, List.of(), null);
    }

    private void chunk(int index, Delta delta, List<TokenLogprob> logprobs, @Nullable Finish finish) {
        send(Json.bytes(json -> {
            head(json);
            json.writeArrayFieldStart("choices");
            json.writeStartObject();
            json.writeNumberField("index", index);
            json.writeObjectFieldStart("delta");
            delta.write(json);
            json.writeEndObject();
            AnswerMembers.writeLogprobs(logprobs, json);
            if (finish == null) {
                json.writeNullField("finish_reason");
            } else {
                AnswerMembers.writeFinish(finish, json);
            }
            json.writeEndObject();
            json.writeEndArray();
            if (wantsUsage) {
                json.writeNullField("usage");
            }
            AnswerMembers.writeExtensions(extensions, json);
            json.writeEndObject();
        }));
        extensions.clear();
    }

    private void head(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("object", "chat.completion.chunk");
        json.writeNumberField("created", created);
        json.writeStringField("model", model);
        if (usage.isPresent() && usage.get().serviceTier().isPresent()) {
            json.writeStringField("service_tier", usage.get().serviceTier().get());
        }
        if (fingerprint.isPresent()) {
            json.writeStringField("system_fingerprint", fingerprint.get());
        } else {
            json.writeNullField("system_fingerprint");
        }
    }

    private void send(byte[] json) {
        out.writeBytes(DATA);
        out.writeBytes(json);
        out.writeBytes(END);
    }
}
