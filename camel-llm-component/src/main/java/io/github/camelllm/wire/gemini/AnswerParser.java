package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of one GenerateContentResponse into an {@link AnswerParts}. Reused from chunk to chunk. Not thread-safe. */
final class AnswerParser {
    private static final byte[] NOTHING = new byte[0];

    /** Members of a part that stand beside its data and are no data of their own. */
    private static final Set<String> BESIDE = Set.of("videoMetadata", "mediaResolution", "partMetadata");

    /** Members of a candidate that are kept as they come. */
    private static final Set<String> EXTENSIONS = Set.of(
            "groundingMetadata",
            "citationMetadata",
            "urlContextMetadata",
            "safetyRatings",
            "finishMessage",
            "avgLogprobs");

    /** What an answer says about itself beside its candidates. Set as far as known, and kept. */
    @Nullable
    String responseId;

    @Nullable
    String modelVersion;

    @Nullable
    String createTime;

    /** Of the last object read; null if it had none. */
    @Nullable
    String promptFeedback;

    final GeminiUsage usage = new GeminiUsage();
    final AnswerParts answer = new AnswerParts();
    int skipped;

    private final WireTarget target;
    private byte[] buffer = NOTHING;
    private int offset;
    private String at = "answer";
    private int atNumber;

    AnswerParser(WireTarget target) {
        this.target = target;
    }

    /** What to do with each object that is read. */
    interface Sink {
        /** The object's content is in the parser's members until the sink returns. */
        void accept();
    }

    /**
     * Reads one object, or an array of objects as the stream endpoint without {@code alt=sse} sends it.
     *
     * @param what what is read, for messages: {@code answer} or {@code event}
     * @param number its number, from 0
     */
    void read(byte[] bytes, int from, int length, String what, int number, Sink sink) {
        at = what;
        atNumber = number;
        buffer = bytes;
        offset = from;
        try (JsonParser json = Json.FACTORY.createParser(bytes, from, length)) {
            JsonToken first = json.nextToken();
            if (first == JsonToken.START_OBJECT) {
                readObject(json, sink);
            } else if (first == JsonToken.START_ARRAY) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    readObject(json, sink);
                }
                expect(json, JsonToken.END_ARRAY, "array");
            } else {
                throw malformed("expected a JSON object, got " + (first == null ? "nothing" : kind(first)));
            }
            JsonToken trailing = json.nextToken();
            if (trailing != null) {
                throw malformed(kind(trailing) + " after the end of the JSON");
            }
        } catch (IOException e) {
            throw GeminiErrors.unreadable(where(), Json.asProcessing(e), target);
        } finally {
            buffer = NOTHING;
        }
    }

    private void readObject(JsonParser json, Sink sink) throws IOException {
        answer.clear();
        promptFeedback = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "candidates":
                    readCandidates(json);
                    break;
                case "usageMetadata":
                    usage.read(json);
                    break;
                case "modelVersion":
                    modelVersion = known(modelVersion, json, value);
                    break;
                case "responseId":
                    responseId = known(responseId, json, value);
                    break;
                case "createTime":
                    createTime = known(createTime, json, value);
                    break;
                case "promptFeedback":
                    if (value == JsonToken.START_OBJECT) {
                        promptFeedback = RawJson.copy(json, buffer, offset);
                    }
                    break;
                case "error":
                    if (value != JsonToken.VALUE_NULL) {
                        JsonNode error = Json.MAPPER.readTree(json);
                        throw GeminiErrors.inAnswer(error, target);
                    }
                    break;
                default:
                    skipped++;
                    json.skipChildren();
            }
        }
        sink.accept();
    }

    /** These do not change within a stream, so they are not even turned into strings again. */
    private static @Nullable String known(@Nullable String before, JsonParser json, JsonToken value)
            throws IOException {
        if (before != null || value != JsonToken.VALUE_STRING) {
            json.skipChildren();
            return before;
        }
        return json.getText();
    }

    private void readCandidates(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        expect(json, JsonToken.START_ARRAY, "candidates");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json, JsonToken.START_OBJECT, "candidates[" + answer.size() + "]");
            readCandidate(json, answer.add());
        }
    }

    private void readCandidate(JsonParser json, AnswerParts.Candidate candidate) throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "content":
                    if (value == JsonToken.START_OBJECT) {
                        readContent(json, candidate);
                    } else {
                        expect(json, JsonToken.VALUE_NULL, "candidates[].content");
                    }
                    break;
                case "finishReason":
                    candidate.finishReason = value == JsonToken.VALUE_STRING ? json.getText() : null;
                    json.skipChildren();
                    break;
                case "index":
                    expect(json, JsonToken.VALUE_NUMBER_INT, "candidates[].index");
                    candidate.index = json.getIntValue();
                    break;
                case "logprobsResult":
                    candidate.logprobs = Json.MAPPER.readTree(json);
                    break;
                case "tokenCount":
                    json.skipChildren();
                    break;
                default:
                    if (EXTENSIONS.contains(name) && value != JsonToken.VALUE_NULL) {
                        candidate.extension(name, RawJson.copy(json, buffer, offset));
                    } else {
                        skipped++;
                        json.skipChildren();
                    }
            }
        }
    }

    private void readContent(JsonParser json, AnswerParts.Candidate candidate) throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            if (name.equals("parts") && value != JsonToken.VALUE_NULL) {
                expect(json, JsonToken.START_ARRAY, "candidates[].content.parts");
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    expect(json, JsonToken.START_OBJECT, "candidates[].content.parts[" + candidate.parts() + "]");
                    readPart(json, candidate.addPart());
                }
            } else {
                skipped += name.equals("role") || name.equals("parts") ? 0 : 1;
                json.skipChildren();
            }
        }
    }

    private void readPart(JsonParser json, AnswerParts.Part part) throws IOException {
        int start = (int) json.currentTokenLocation().getByteOffset();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "text":
                    part.text = text(json, value, "text");
                    break;
                case "thought":
                    part.thought = value == JsonToken.VALUE_TRUE;
                    json.skipChildren();
                    break;
                case "thoughtSignature":
                    part.signature = text(json, value, "thoughtSignature");
                    break;
                case "functionCall":
                    expect(json, JsonToken.START_OBJECT, "functionCall");
                    readCall(json, part);
                    break;
                case "inlineData":
                case "fileData":
                    expect(json, JsonToken.START_OBJECT, name);
                    readMedia(json, part);
                    part.opaqueType = name;
                    break;
                default:
                    if (value == JsonToken.START_OBJECT && !BESIDE.contains(name)) {
                        part.opaqueType = name;
                    }
                    if (value == JsonToken.VALUE_NULL) {
                        break;
                    }
                    part.furtherMember(name, RawJson.copy(json, buffer, offset));
            }
        }
        boolean isMedia = part.data != null || part.fileUri != null;
        if (!part.call && part.text == null && part.opaqueType != null && (!isMedia || part.thought)) {
            int end = (int) json.currentLocation().getByteOffset();
            part.opaqueJson = RawJson.compact(buffer, offset + start, offset + end);
        }
    }

    private void readCall(JsonParser json, AnswerParts.Part part) throws IOException {
        part.call = true;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "id":
                    part.callId = text(json, value, "functionCall.id");
                    break;
                case "name":
                    part.callName = text(json, value, "functionCall.name");
                    break;
                case "args":
                    if (value != JsonToken.VALUE_NULL) {
                        expect(json, JsonToken.START_OBJECT, "functionCall.args");
                        part.arguments = RawJson.copy(json, buffer, offset);
                    }
                    break;
                case "willContinue":
                    part.willContinue = value == JsonToken.VALUE_TRUE;
                    json.skipChildren();
                    break;
                case "partialArgs":
                    part.partialArguments = Json.MAPPER.readTree(json);
                    break;
                default:
                    if (value != JsonToken.VALUE_NULL) {
                        part.furtherCallMember(name, RawJson.copy(json, buffer, offset));
                    }
            }
        }
    }

    private void readMedia(JsonParser json, AnswerParts.Part part) throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "mimeType":
                    part.mimeType = text(json, value, "mimeType");
                    break;
                case "data":
                    part.data = text(json, value, "inlineData.data");
                    break;
                case "fileUri":
                    part.fileUri = text(json, value, "fileData.fileUri");
                    break;
                case "displayName":
                    part.displayName = text(json, value, "displayName");
                    break;
                default:
                    skipped++;
                    json.skipChildren();
            }
        }
    }

    private @Nullable String text(JsonParser json, JsonToken value, String member) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(json, JsonToken.VALUE_STRING, member);
        return json.getText();
    }

    private void expect(JsonParser json, JsonToken expected, String where) {
        JsonToken got = json.currentToken();
        if (got != expected) {
            throw malformed(where + ": expected " + kind(expected) + ", got " + (got == null ? "the end" : kind(got)));
        }
    }

    LlmMalformedResponseException malformed(String what) {
        return GeminiErrors.malformed(where() + ": " + what, target);
    }

    /** What is being read, such as {@code event 3}. */
    String where() {
        return at.equals("answer") ? at : at + " " + atNumber;
    }

    /** Whether a member of a part stands beside its data. */
    static boolean isBeside(String member) {
        return BESIDE.contains(member);
    }

    private static String kind(JsonToken token) {
        switch (token) {
            case START_OBJECT:
                return "an object";
            case START_ARRAY:
                return "an array";
            case END_ARRAY:
                return "the array's end";
            case VALUE_STRING:
                return "a string";
            case VALUE_NUMBER_INT:
                return "an integer";
            case VALUE_NUMBER_FLOAT:
                return "a number";
            case VALUE_TRUE:
            case VALUE_FALSE:
                return "a boolean";
            case VALUE_NULL:
                return "null";
            default:
                return "the end";
        }
    }
}
