package io.github.camelllm.component;

import io.github.camelllm.chat.ChatResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;
import org.apache.camel.Converter;

/** Turns answers into what a route asks for. */
@Converter(generateLoader = true)
public final class LlmConverters {
    private LlmConverters() {}

    /** Waits for the whole answer. */
    @Converter
    public static String toString(LlmStream stream) {
        return stream.readAll();
    }

    /** The answer as server-sent events, one for each piece of text, while it comes. */
    @Converter
    public static InputStream toInputStream(LlmStream stream) {
        return new LlmStreamInputStream(stream);
    }

    /** The answer's pieces for one subscriber. */
    @Converter
    public static Flow.Publisher<String> toPublisher(LlmStream stream) {
        return stream.publisher();
    }

    /** The answer's bytes, while they come. */
    @Converter
    public static InputStream toInputStream(LlmWireStream stream) {
        return stream.inputStream();
    }

    /** Waits for all bytes of the answer. */
    @Converter
    public static byte[] toBytes(LlmWireStream stream) throws IOException {
        return stream.inputStream().readAllBytes();
    }

    /** Waits for the whole answer, which is UTF-8. */
    @Converter
    public static String toString(LlmWireStream stream) throws IOException {
        return new String(toBytes(stream), StandardCharsets.UTF_8);
    }

    /** The text of the first answer. */
    @Converter
    public static String toString(ChatResponse response) {
        return response.text();
    }
}
