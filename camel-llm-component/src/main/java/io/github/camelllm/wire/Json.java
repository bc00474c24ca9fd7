package io.github.camelllm.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;

/** The one Jackson set-up of all codecs, and the few reads that they share. */
public final class Json {
    /** Thread-safe. Texts of up to 256 MB are read, so that inline media pass; bodies are bounded before they get here. */
    public static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(256 << 20).build())
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();

    /** Thread-safe. */
    public static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private Json() {}

    /** Writes one JSON text. */
    public interface Writer {
        void write(JsonGenerator json) throws IOException;
    }

    /** The UTF-8 bytes of what the writer writes. */
    public static byte[] bytes(Writer writer) {
        BufferRecycler buffers = FACTORY._getBufferRecycler();
        try (ByteArrayBuilder out = new ByteArrayBuilder(buffers);
                JsonGenerator json = FACTORY.createGenerator(out)) {
            writer.write(json);
            json.flush();
            return out.getClearAndRelease();
        } catch (IOException e) {
            throw new UncheckedIOException("JSON could not be written", e);
        } finally {
            buffers.releaseToPool();
        }
    }

    /** The UTF-8 bytes of a string with its quotes. */
    public static byte[] string(String text) {
        byte[] escaped = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        byte[] quoted = new byte[escaped.length + 2];
        quoted[0] = '"';
        System.arraycopy(escaped, 0, quoted, 1, escaped.length);
        quoted[quoted.length - 1] = '"';
        return quoted;
    }

    /** Reads one JSON text; {@link com.fasterxml.jackson.databind.node.MissingNode} for empty input. */
    public static JsonNode tree(byte[] buffer, int offset, int length) throws JsonProcessingException {
        try {
            return MAPPER.readTree(buffer, offset, length);
        } catch (IOException e) {
            throw asProcessing(e);
        }
    }

    /**
     * What reading bytes in memory can fail with, as Jackson's own exception: also bytes that look like UTF-16 or UTF-32 and
     * are neither.
     */
    public static JsonProcessingException asProcessing(IOException e) {
        if (e instanceof JsonProcessingException processing) {
            return processing;
        }
        if (e instanceof CharConversionException) {
            return new JsonParseException(null, "no Unicode text", e);
        }
        throw new UncheckedIOException("bytes in memory could not be read", e);
    }

    /** The value the parser stands at, with all below it, as compact JSON text. */
    public static String copy(JsonParser parser) throws IOException {
        return MAPPER.readTree(parser).toString();
    }

    /** A member's text; empty if it is absent, null or no string. */
    public static Optional<String> text(JsonNode object, String member) {
        JsonNode value = object.get(member);
        return value != null && value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    /** A member's whole number, also if it is sent as text (int64 at Google); empty if it is absent, null or neither. */
    public static OptionalLong number(JsonNode object, String member) {
        JsonNode value = object.get(member);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (value.isNumber()) {
            return OptionalLong.of(value.longValue());
        }
        if (value.isTextual() && value.textValue().matches("\\d{1,18}")) {
            return OptionalLong.of(Long.parseLong(value.textValue()));
        }
        return OptionalLong.empty();
    }

    /**
     * Where JSON went wrong, without quoting it: Jackson's own messages repeat the input, which may be prompt text.
     */
    public static String where(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        if (location == null) {
            return "unknown position";
        }
        return "offset " + (location.getByteOffset() >= 0 ? location.getByteOffset() : location.getCharOffset());
    }
}
