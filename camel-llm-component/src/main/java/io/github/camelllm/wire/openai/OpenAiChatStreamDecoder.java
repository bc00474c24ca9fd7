package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ErrorBody;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads chunks, and whole answers as one big chunk, so that both give the same. A stream is whole when {@code [DONE]} came
 * after some content, or when each choice has its {@code finish_reason}; some providers leave the one out, some the other.
 * Not thread-safe.
 *
 * <p>How a choice ended is told when the stream ends: routers send the reason twice and details after it.
 */
final class OpenAiChatStreamDecoder implements StreamDecoder {
    /** Members that only some providers have and that are worth keeping. */
    private static final Set<String> EXTENSIONS = Set.of(
            "provider",
            "x_groq",
            "time_info",
            "timings",
            "prompt_filter_results",
            "moderation",
            "citations",
            "search_results",
            "related_questions",
            "videos",
            "usage_breakdown",
            "openrouter_metadata",
            "perf_metrics",
            "sla_metrics",
            "request_id");
    /** Members without meaning for the answer: padding, echoes, internals of inference servers. */
    private static final Set<String> IGNORED = Set.of(
            "obfuscation",
            "p",
            "prompt",
            "metadata",
            "metrics",
            "kv_transfer_params",
            "prompt_logprobs",
            "prompt_text",
            "prompt_token_ids",
            "nvext",
            "user_id");

    private static final long LAST_SECOND = 253_402_300_799L;

    private final WireTarget target;
    private final WireHeaders headers;
    private final boolean reasoningOutside;
    private final String thinkTags;
    private final TreeMap<Integer, ChoiceState> choices = new TreeMap<>();
    private final List<ChoiceDelta> deltas = new ArrayList<>(1);
    private final Map<String, String> extensions = new HashMap<>(4);
    private final List<StreamEvent> extended = new ArrayList<>(0);
    private @Nullable ChoiceState first;
    private String id = "";
    private String model = "";
    private String fingerprint = "";
    private long created;
    private @Nullable String serviceTier;
    private @Nullable JsonNode citations;
    private @Nullable JsonNode searchResults;
    private @Nullable LlmException failure;
    private boolean closed;
    private int frames;
    private int skipped;

    // What the chunk being read has told; see read().
    private int deltaCount;
    private boolean begun;
    private boolean choicesPresent;
    private @Nullable UsageReader usage;
    private @Nullable UsageReader otherUsage;

    OpenAiChatStreamDecoder(WireTarget target, WireHeaders headers) {
        this.target = target;
        this.headers = headers;
        this.reasoningOutside = OpenAiOptions.isTrue(target.profile(), OpenAiOptions.REASONING_OUTSIDE_OUTPUT);
        this.thinkTags = target.profile().option(OpenAiOptions.THINK_TAGS, OpenAiOptions.AUTO);
    }

    @Override
    public List<StreamEvent> decode(Frame frame) {
        rethrow();
        frames++;
        if (closed || frame.length() == 0) {
            skipped++;
            return List.of();
        }
        List<StreamEvent> out = new ArrayList<>(3);
        if (frame.payloadIs("[DONE]")) {
            if (isAnswered()) {
                close(out);
            }
            return out;
        }
        if (frame.type().equals("error")) {
            throw error(frame.buffer(), frame.offset(), frame.length());
        }
        read("event " + frames, frame.buffer(), frame.offset(), frame.length(), out);
        return out;
    }

    @Override
    public List<StreamEvent> end() {
        rethrow();
        List<StreamEvent> out = new ArrayList<>(4);
        if (!closed) {
            for (Map.Entry<Integer, ChoiceState> choice : choices.entrySet()) {
                if (!choice.getValue().isFinished()) {
                    throw Malformed.cut(
                            target,
                            "expected [DONE] or a finish_reason for choice " + choice.getKey()
                                    + ", but the stream ended after " + frames + " events");
                }
            }
            if (choices.isEmpty()) {
                throw Malformed.cut(target, "expected an answer, but the stream ended after " + frames + " events");
            }
            close(out);
        }
        out.add(new StreamEvent.Completed());
        return out;
    }

    @Override
    public int skipped() {
        return skipped;
    }

    /** Reads a whole answer. */
    ChatResponse whole(byte[] body) {
        List<StreamEvent> out = new ArrayList<>();
        read("an answer", body, 0, body.length, out);
        rethrow();
        if (!choicesPresent) {
            throw Malformed.answer(target, "expected member 'choices' in the answer, got none");
        }
        if (choices.isEmpty()) {
            throw Malformed.answer(target, "expected at least one of 'choices' in the answer, got 0");
        }
        for (int i = 0; i < deltaCount; i++) {
            if (!deltas.get(i).present) {
                throw Malformed.answer(target, "expected member 'choices[" + i + "].message', got none");
            }
        }
        close(out);
        return ChatResponseFold.fold(out);
    }

    private void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }

    private boolean isAnswered() {
        return choices.values().stream().anyMatch(choice -> choice.isFinished() || choice.hasSpoken());
    }

    private void read(String what, byte[] buffer, int offset, int length, List<StreamEvent> out) {
        deltaCount = 0;
        begun = false;
        choicesPresent = false;
        usage = null;
        otherUsage = null;
        LlmException error;
        try (JsonParser parser = Json.FACTORY.createParser(buffer, offset, length)) {
            JsonToken first = parser.nextToken();
            error = first == JsonToken.START_OBJECT ? readMembers(parser) : noObject(what, first, parser);
        } catch (IOException e) {
            throw Malformed.json(target, what, buffer, offset, length, e);
        }
        LlmException ended = emit(out);
        LlmException failure = error != null ? error : ended;
        if (failure != null) {
            fail(failure, out);
        }
    }

    private LlmException noObject(String what, @Nullable JsonToken first, JsonParser parser) throws IOException {
        if (first == JsonToken.START_ARRAY) {
            // Google's compatible endpoint wraps its errors in a list.
            JsonNode list = Json.MAPPER.readTree(parser);
            if (ErrorBody.isError(list.path(0))) {
                return exception(list);
            }
        }
        return Malformed.answer(
                target, "expected " + what + " as a JSON object, got " + (first == null ? "nothing" : first));
    }

    private @Nullable LlmException readMembers(JsonParser parser) throws IOException {
        ObjectNode error = null;
        JsonNode status = null;
        boolean errorObject = false;
        for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (member) {
                case "id":
                    id = known(id, parser, value);
                    break;
                case "model":
                    model = known(model, parser, value);
                    break;
                case "system_fingerprint":
                    fingerprint = known(fingerprint, parser, value);
                    break;
                case "created":
                    readCreated(parser, value);
                    break;
                case "object":
                    errorObject = value == JsonToken.VALUE_STRING
                            && parser.getTextLength() == 5
                            && parser.getText().equals("error");
                    break;
                case "choices":
                    readChoices(parser, value);
                    break;
                case "usage":
                    usage = value == JsonToken.VALUE_NULL ? usage : UsageReader.read(parser);
                    break;
                case "service_tier":
                    if (value == JsonToken.VALUE_STRING && serviceTier == null) {
                        serviceTier = parser.getText();
                    }
                    break;
                case "error":
                case "message":
                case "code":
                case "type":
                case "detail":
                case "errors":
                    error = keep(error, member, parser);
                    break;
                case "base_resp":
                    status = Json.MAPPER.readTree(parser);
                    break;
                default:
                    readOther(member, value, parser);
            }
        }
        return reported(error, status, errorObject);
    }

    /** Members of an error body, gathered as they come; an answer has none of them. */
    private static ObjectNode keep(@Nullable ObjectNode error, String member, JsonParser parser) throws IOException {
        ObjectNode kept = error == null ? Json.MAPPER.createObjectNode() : error;
        JsonNode value = Json.MAPPER.readTree(parser);
        kept.set(member, value);
        return kept;
    }

    private @Nullable LlmException reported(@Nullable JsonNode error, @Nullable JsonNode status, boolean errorObject) {
        if (status != null && status.path("status_code").asInt(0) != 0) {
            return exception(Json.MAPPER.createObjectNode().set("base_resp", status));
        }
        if (error == null) {
            return null;
        }
        boolean bare =
                !choicesPresent && (errorObject || error.has("message") || error.has("detail") || error.has("errors"));
        return ErrorBody.isError(error) || bare ? exception(error) : null;
    }

    private LlmException exception(JsonNode body) {
        return ErrorBody.read(OptionalInt.empty(), body).toException(headers, target);
    }

    /** The payload of a Groq {@code event: error}. */
    private LlmException error(byte[] buffer, int offset, int length) {
        try {
            return exception(Json.tree(buffer, offset, length));
        } catch (JsonProcessingException e) {
            return Malformed.json(target, "an error event", buffer, offset, length, e);
        }
    }

    private void readCreated(JsonParser parser, JsonToken value) throws IOException {
        if (!value.isNumeric()) {
            parser.skipChildren();
        } else if (created == 0) {
            long second = parser.getLongValue();
            if (second > 0 && second <= LAST_SECOND) {
                created = second;
                begun = true;
            }
        }
    }

    /** The first value that is not empty stays; later ones are not even decoded. */
    private String known(String before, JsonParser parser, JsonToken value) throws IOException {
        if (!before.isEmpty() || value != JsonToken.VALUE_STRING || parser.getTextLength() == 0) {
            parser.skipChildren();
            return before;
        }
        begun = true;
        return parser.getText();
    }

    private void readChoices(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        choicesPresent = true;
        for (JsonToken entry = parser.nextToken(); entry != JsonToken.END_ARRAY; entry = parser.nextToken()) {
            if (entry != JsonToken.START_OBJECT) {
                throw Malformed.answer(target, "expected an object at 'choices[" + deltaCount + "]', got " + entry);
            }
            if (deltas.size() == deltaCount) {
                deltas.add(new ChoiceDelta());
            }
            deltas.get(deltaCount).read(parser, deltaCount);
            deltaCount++;
        }
    }

    private void readOther(String member, JsonToken value, JsonParser parser) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        if (EXTENSIONS.contains(member)) {
            JsonNode tree = Json.MAPPER.readTree(parser);
            extend(member, tree);
            switch (member) {
                case "citations":
                    citations = tree;
                    break;
                case "search_results":
                    searchResults = tree;
                    break;
                case "x_groq":
                    readGroq(tree);
                    break;
                default:
                    break;
            }
            return;
        }
        if (!IGNORED.contains(member)) {
            skipped++;
        }
        parser.skipChildren();
    }

    private void readGroq(JsonNode groq) throws IOException {
        try (JsonParser parser = groq.path("usage").traverse()) {
            if (parser.nextToken() != null) {
                otherUsage = UsageReader.read(parser);
            }
        }
    }

    private void extend(String name, JsonNode value) {
        String json = value.toString();
        if (!json.equals(extensions.put(name, json))) {
            extended.add(new StreamEvent.ExtensionAdded(name, json));
        }
    }

    /** @return the failure that a choice ended with; null if none did */
    private @Nullable LlmException emit(List<StreamEvent> out) {
        if (begun) {
            out.add(new StreamEvent.Started(
                    notEmpty(id),
                    notEmpty(model),
                    created == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(created)),
                    notEmpty(fingerprint)));
        }
        LlmException ended = null;
        for (int i = 0; i < deltaCount; i++) {
            ChoiceDelta delta = deltas.get(i);
            skipped += delta.skipped;
            otherUsage = delta.usage != null ? delta.usage : otherUsage;
            if (delta.filterResults != null) {
                extend("content_filter_results", delta.filterResults);
            }
            if (delta.finish != null && FinishWords.isFailure(delta.finish)) {
                ended = failed(delta.finish);
                delta.finish = null;
            }
            try {
                choice(delta.index).add(delta, id, out);
            } catch (IllegalArgumentException e) {
                throw Malformed.answer(target, "expected base64 in 'choices[" + i + "].message.audio.data'");
            }
        }
        if (!extended.isEmpty()) {
            out.addAll(extended);
            extended.clear();
        }
        UsageReader told = usage != null ? usage : otherUsage;
        if (told != null) {
            out.add(new StreamEvent.UsageReported(told.toUsage(serviceTier, reasoningOutside)));
        }
        return ended;
    }

    private ChoiceState choice(int index) {
        ChoiceState known = first;
        if (index == 0 && known != null) {
            return known;
        }
        ChoiceState choice = choices.computeIfAbsent(index, absent -> new ChoiceState(absent, tags()));
        if (index == 0) {
            first = choice;
        }
        return choice;
    }

    private @Nullable ThinkTags tags() {
        return thinkTags.equals(OpenAiOptions.NEVER) ? null : new ThinkTags(thinkTags.equals(OpenAiOptions.IMPLIED));
    }

    private LlmException failed(String word) {
        return new LlmUnavailableException(
                target.provider() + "/" + target.model() + " ended its answer with finish_reason '" + word + "'",
                ErrorDetails.local(target.provider(), target.model(), word, true),
                null);
    }

    /** What came with the failure is delivered first: the usage in it is money spent. */
    private void fail(LlmException error, List<StreamEvent> out) {
        failure = error;
        if (out.isEmpty()) {
            throw error;
        }
    }

    private void close(List<StreamEvent> out) {
        closed = true;
        List<Citation> sources = sources();
        for (Map.Entry<Integer, ChoiceState> entry : choices.entrySet()) {
            int nameless = entry.getValue().namelessCall();
            if (nameless >= 0) {
                throw Malformed.answer(
                        target,
                        "expected member 'choices[" + entry.getKey() + "].message.tool_calls[" + nameless
                                + "].function.name', got none");
            }
            entry.getValue().close(out, sources);
            sources = List.of();
        }
    }

    /** Perplexity's sources, which it repeats beside every chunk: the richer list of the two. */
    private List<Citation> sources() {
        List<Citation> sources = new ArrayList<>();
        if (searchResults != null && !searchResults.isEmpty()) {
            for (JsonNode result : searchResults) {
                sources.add(new Citation(
                        Json.text(result, "url"),
                        Json.text(result, "title"),
                        Json.text(result, "snippet"),
                        Optional.of(result.toString())));
            }
        } else if (citations != null) {
            for (JsonNode url : citations) {
                if (url.isTextual()) {
                    sources.add(Citation.ofUrl(url.textValue(), Optional.empty()));
                }
            }
        }
        return sources;
    }

    private static Optional<String> notEmpty(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
