package io.github.camelllm.transport;

import io.github.camelllm.wire.WireHeaders;
import java.nio.ByteBuffer;

/**
 * Takes an answer as it comes: {@code onStart onHead onData* onEnd}, where {@code onFailure} may come in place of any of them and
 * then is last. Exactly one of {@code onEnd} and {@code onFailure} is called. Callbacks come one at a time, mostly from an
 * I/O thread that serves other exchanges too, so they must not block. An exception thrown by one ends the exchange.
 */
public interface HttpHandler {
    /**
     * What {@code send} is about to return, before the request is on its way. By the thread that sends; whoever paces the answer by
     * what comes needs it before an I/O thread can be faster than that one.
     */
    default void onStart(HttpExchange exchange) {}

    /** The final status and header fields. 1xx answers are not shown. The headers stay readable afterwards. */
    void onHead(int status, WireHeaders headers);

    /**
     * A piece of the body, at least one byte.
     *
     * @param bytes reused after the call: what is needed must be copied. Bytes left in it are lost
     */
    void onData(ByteBuffer bytes);

    /** The answer is complete. */
    void onEnd();

    /** The exchange failed. What was delivered before is valid but incomplete. */
    void onFailure(TransportException failure);
}
