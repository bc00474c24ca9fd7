package io.github.camelllm.routes.http;

import java.util.Map;
import org.apache.camel.Exchange;

/** Says what a client is told if its request fails. Thread-safe; must not block. */
public interface HttpErrors {
    /**
     * What a client is told.
     *
     * @param headers of the answer, beside its content type
     */
    record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {}

    /**
     * The server refuses a request before any route gets it.
     *
     * @param status of the answer
     * @param path of the request; empty if it could not be read
     * @param message what is wrong; nothing of it is secret
     */
    Answer refused(int status, String path, String message);

    /** A route ended with an exception. The answer must tell nothing of the inside. */
    Answer failed(Exchange exchange, Throwable failure);
}
