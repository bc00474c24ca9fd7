package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.EmbeddingsClientCodec;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.ErrorBody;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings of OpenAI and its compatibles. Vectors are asked for in base64 (little-endian 32-bit floats), which is a third
 * of the size and exact, unless the profile omits {@code encoding_format}; lists of numbers are read as well.
 */
final class OpenAiEmbeddingsClientCodec implements EmbeddingsClientCodec {
    private static final String MAX_INPUTS = "2048";

    @Override
    public int maxInputs(WireTarget target) {
        return Integer.parseInt(target.profile().option(OpenAiOptions.EMBEDDINGS_MAX_INPUTS, MAX_INPUTS));
    }

    @Override
    public EncodedRequest encode(EmbeddingsRequest request, WireTarget target) {
        UnsupportedOptions unsupported = new UnsupportedOptions(target);
        byte[] body = RequestWriter.body(target, json -> new Body(request, target, unsupported, json).write());
        String path = OpenAiChatClientCodec.path(target, OpenAiOptions.EMBEDDINGS_PATH, "/embeddings", request.model());
        return EncodedRequest.post(path, body, unsupported.dropped());
    }

    /** Writes one request. */
    private static final class Body {
        private final EmbeddingsRequest request;
        private final WireTarget target;
        private final WireProfile profile;
        private final UnsupportedOptions unsupported;
        private final JsonGenerator json;
        private final Set<String> written = new HashSet<>();

        Body(EmbeddingsRequest request, WireTarget target, UnsupportedOptions unsupported, JsonGenerator json) {
            this.request = request;
            this.target = target;
            this.profile = target.profile();
            this.unsupported = unsupported;
            this.json = json;
        }

        void write() throws IOException {
            if (request.inputs().isEmpty()) {
                throw new LlmInvalidRequestException(
                        target.provider() + "/" + target.model() + ": expected at least one input, got 0",
                        ErrorDetails.local(target.provider(), target.model(), "invalid_request", false),
                        null);
            }
            json.writeStartObject();
            if (begin("model")) {
                json.writeString(request.model());
            }
            if (begin("input")) {
                json.writeStartArray();
                for (String input : request.inputs()) {
                    json.writeString(input);
                }
                json.writeEndArray();
            }
            if (!lacks("encoding_format") && begin("encoding_format")) {
                json.writeString("base64");
            }
            if (request.dimensions().isPresent()) {
                if (lacks("dimensions")) {
                    unsupported.meaning("dimensions");
                } else if (begin("dimensions")) {
                    json.writeNumber(request.dimensions().getAsInt());
                }
            }
            writeKnob("user", "user", request.user());
            String taskType = profile.options().get(OpenAiOptions.EMBEDDINGS_TASK_TYPE);
            if (taskType != null) {
                writeKnob(taskType, "taskType", request.taskType());
            } else if (request.taskType().isPresent()) {
                unsupported.knob("taskType");
            }
            for (Map.Entry<String, Object> member : request.extra().entrySet()) {
                json.writePOJOField(member.getKey(), member.getValue());
            }
            for (Map.Entry<String, Object> member : profile.defaults().entrySet()) {
                if (!written.contains(member.getKey()) && !request.extra().containsKey(member.getKey())) {
                    json.writePOJOField(member.getKey(), member.getValue());
                }
            }
            json.writeEndObject();
        }

        private void writeKnob(String wireName, String option, Optional<String> value) throws IOException {
            if (value.isPresent()) {
                if (lacks(wireName)) {
                    unsupported.knob(option);
                } else if (begin(wireName)) {
                    json.writeString(value.get());
                }
            }
        }

        private boolean lacks(String wireName) {
            return profile.omits(wireName) || profile.omits(profile.nameOf(wireName));
        }

        private boolean begin(String wireName) throws IOException {
            String name = profile.nameOf(wireName);
            if (request.extra().containsKey(name)) {
                return false;
            }
            json.writeFieldName(name);
            written.add(name);
            return true;
        }
    }

    @Override
    public EmbeddingsResponse decode(byte[] body, int inputs, WireTarget target) {
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Malformed.answer(target, "expected an embeddings answer as a JSON object, got another value");
            }
            return new Answer(inputs, target).read(parser);
        } catch (IOException e) {
            throw Malformed.json(target, "an embeddings answer", body, 0, body.length, e);
        }
    }

    /** Reads a member in which an answer may report an error. */
    static void refuseError(String member, JsonParser parser, WireTarget target) throws IOException {
        JsonNode value = Json.MAPPER.readTree(parser);
        JsonNode error = Json.MAPPER.createObjectNode().set(member, value);
        if (ErrorBody.isError(error)) {
            throw ErrorBody.read(OptionalInt.empty(), error).toException(WireHeaders.NONE, target);
        }
    }

    /** Reads one answer; vectors may come in any order. */
    private static final class Answer {
        private final float[][] vectors;
        private final WireTarget target;
        private Optional<String> model = Optional.empty();
        private @Nullable UsageReader usage;
        private int came;
        private boolean dataPresent;

        Answer(int inputs, WireTarget target) {
            this.vectors = new float[inputs][];
            this.target = target;
        }

        EmbeddingsResponse read(JsonParser parser) throws IOException {
            for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                switch (member) {
                    case "data":
                        readData(parser, value);
                        break;
                    case "model":
                        model = value == JsonToken.VALUE_STRING && parser.getTextLength() > 0
                                ? Optional.of(parser.getText())
                                : Optional.empty();
                        break;
                    case "usage":
                        usage = UsageReader.read(parser);
                        break;
                    case "error":
                    case "base_resp":
                        refuseError(member, parser, target);
                        break;
                    default:
                        parser.skipChildren();
                }
            }
            if (!dataPresent) {
                throw Malformed.answer(target, "expected member 'data' in the embeddings answer, got none");
            }
            if (came != vectors.length) {
                throw Malformed.answer(target, "expected " + vectors.length + " vectors in 'data', got " + came);
            }
            Optional<Usage> counted = Optional.ofNullable(usage).map(UsageReader::toInputUsage);
            return new EmbeddingsResponse(model, Arrays.asList(vectors), counted);
        }

        private void readData(JsonParser parser, JsonToken value) throws IOException {
            if (value != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            dataPresent = true;
            for (JsonToken entry = parser.nextToken(); entry != JsonToken.END_ARRAY; entry = parser.nextToken()) {
                if (entry != JsonToken.START_OBJECT) {
                    throw Malformed.answer(target, "expected an object at 'data[" + came + "]', got " + entry);
                }
                readVector(parser);
            }
        }

        private void readVector(JsonParser parser) throws IOException {
            int index = came;
            float[] vector = null;
            for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                switch (member) {
                    case "index":
                        index = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : index;
                        break;
                    case "embedding":
                        vector = value == JsonToken.START_ARRAY
                                ? numbers(parser)
                                : value == JsonToken.VALUE_STRING ? floats(parser.getText()) : null;
                        parser.skipChildren();
                        break;
                    default:
                        parser.skipChildren();
                }
            }
            if (vector == null) {
                throw Malformed.answer(target, "expected member 'data[" + came + "].embedding', got none");
            }
            if (index < 0 || index >= vectors.length || vectors[index] != null) {
                throw Malformed.answer(
                        target,
                        "expected each index from 0 to " + (vectors.length - 1) + " once in 'data', got " + index);
            }
            vectors[index] = vector;
            came++;
        }

        private float[] numbers(JsonParser parser) throws IOException {
            List<Float> numbers = new ArrayList<>(1536);
            for (JsonToken entry = parser.nextToken(); entry != JsonToken.END_ARRAY; entry = parser.nextToken()) {
                if (!entry.isNumeric()) {
                    throw Malformed.answer(target, "expected numbers in 'data[" + came + "].embedding', got " + entry);
                }
                numbers.add(parser.getFloatValue());
            }
            float[] vector = new float[numbers.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = numbers.get(i);
            }
            return vector;
        }

        private float[] floats(String base64) {
            byte[] bytes;
            try {
                bytes = Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw Malformed.answer(target, "expected base64 in 'data[" + came + "].embedding'");
            }
            if (bytes.length % Float.BYTES != 0) {
                throw Malformed.answer(
                        target,
                        "expected 32-bit floats in 'data[" + came + "].embedding', got " + bytes.length + " bytes");
            }
            float[] vector = new float[bytes.length / Float.BYTES];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(vector);
            return vector;
        }
    }
}
