package io.github.camelllm.call;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.WireHeaders;

/**
 * Hears what becomes of a call. Methods come one at a time, mostly on an I/O thread, and must not block; exactly one of
 * {@link #completed}, {@link #failed} and {@link #cancelled} is the last.
 *
 * @param <R> type of the result
 */
public interface CallObserver<R> {
    /**
     * The call's handle, before anything else of it is heard and before {@code send} has returned it. A call that is made anew tells
     * the new one.
     */
    default void started(CallHandle handle) {}

    /** The head of the answer; only channels below retries hear of it. */
    default void head(WireHeaders headers) {}

    /** The next event of a streamed answer. */
    default void event(StreamEvent event) {}

    void completed(R result, CallRecord record);

    void failed(LlmException failure, CallRecord record);

    /** {@link CallHandle#cancel()} ended the call. */
    void cancelled(CallRecord record);
}
