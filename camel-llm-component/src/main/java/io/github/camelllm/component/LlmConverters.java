package io.github.camelllm.component;

import io.github.camelllm.chat.ChatResponse;
import java.io.InputStream;
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

    /** The text of the first answer. */
    @Converter
    public static String toString(ChatResponse response) {
        return response.text();
    }
}
