package io.github.camelllm.call;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.WireHeaders;
import org.jspecify.annotations.Nullable;

/** Tells another observer all that it hears, after a look at the record of how the call ended. */
abstract class EndingObserver<R> implements CallObserver<R> {
    private final CallObserver<R> observer;

    EndingObserver(CallObserver<R> observer) {
        this.observer = observer;
    }

    /**
     * The call has ended.
     *
     * @param failure why, if it failed
     * @return the record to be told
     */
    abstract CallRecord ended(CallRecord record, @Nullable LlmException failure);

    @Override
    public final void started(CallHandle handle) {
        observer.started(handle);
    }

    @Override
    public final void head(WireHeaders headers) {
        observer.head(headers);
    }

    @Override
    public final void event(StreamEvent event) {
        observer.event(event);
    }

    @Override
    public final void completed(R result, CallRecord record) {
        observer.completed(result, ended(record, null));
    }

    @Override
    public final void failed(LlmException failure, CallRecord record) {
        observer.failed(failure, ended(record, failure));
    }

    @Override
    public final void cancelled(CallRecord record) {
        observer.cancelled(ended(record, null));
    }
}
