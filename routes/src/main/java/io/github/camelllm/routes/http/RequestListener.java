package io.github.camelllm.routes.http;

import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;

/** Hears of the requests of a server. Called on event loops: must neither block nor throw. Thread-safe. */
public interface RequestListener {
    /** A whole request is there and goes to its route next. */
    default void received(Exchange exchange) {}

    /** A request was answered to its end, or its client has gone. Each has one end, also those that no route got. */
    void ended(Ended request);

    /**
     * How a request ended. What is wanted of the exchange must be read now: it is not for its route alone any more.
     *
     * @param method as it was sent; empty if it could not be read
     * @param path without its query; empty if it could not be read
     * @param status of the answer, or the one it would have had
     * @param whole whether the answer went out to its end; false if the client has gone or the answer broke off
     * @param duration from the head of the request to the end of the answer
     * @param exchange empty if no route got the request
     */
    record Ended(
            String method, String path, int status, boolean whole, Duration duration, Optional<Exchange> exchange) {}
}
