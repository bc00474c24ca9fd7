package io.github.camelllm.component;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** Processes exchanges of one operation. Thread-safe. */
interface OperationProcessor {
    /**
     * Starts the call and returns; {@code callback.done(false)} follows on a worker thread.
     *
     * @throws Exception if the exchange cannot be understood; the callback is then not called
     */
    void process(Exchange exchange, AsyncCallback callback) throws Exception;
}
