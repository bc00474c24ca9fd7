package io.github.camelllm.routes.enrichment;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What came back from a model, beside the record that it was asked about. */
final class Answer {
    private static final String HEADERS = "CamelLlm";

    private Answer() {}

    /**
     * The answer's text, whole if it is a stream.
     *
     * @throws IllegalArgumentException if there is none
     */
    static String text(String who, @Nullable Exchange answer) {
        String text = answer == null ? null : answer.getMessage().getBody(String.class);
        if (text == null) {
            throw new IllegalArgumentException(who + ": expected an answer to add to the record, got none");
        }
        return text;
    }

    /** Tokens, cost, model and all else that the component tells about the call go to the record's message. */
    static void copyHeaders(Exchange answer, Message to) {
        for (Map.Entry<String, Object> header : answer.getMessage().getHeaders().entrySet()) {
            if (header.getKey().startsWith(HEADERS)) {
                to.setHeader(header.getKey(), header.getValue());
            }
        }
    }
}
