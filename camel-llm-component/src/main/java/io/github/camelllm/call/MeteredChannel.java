package io.github.camelllm.call;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands each attempt's record to the listeners, and to whoever follows the call, before the caller hears of the end. */
final class MeteredChannel<Q, R> implements CallChannel<Q, R> {
    private static final Logger LOG = LoggerFactory.getLogger(MeteredChannel.class);

    private final CallChannel<Q, R> next;
    private final List<CallRecordListener> listeners;

    /** @param listeners read at each call; may grow while calls run if the list is safe for it */
    MeteredChannel(CallChannel<Q, R> next, List<CallRecordListener> listeners) {
        this.next = next;
        this.listeners = listeners;
    }

    @Override
    public CallHandle send(Call<Q> call, CallObserver<R> observer) {
        return next.send(call, new CallObserver<>() {
            @Override
            public void started(CallHandle handle) {
                observer.started(handle);
            }

            @Override
            public void event(StreamEvent event) {
                observer.event(event);
            }

            @Override
            public void completed(R result, CallRecord record) {
                observer.completed(result, ended(call, record));
            }

            @Override
            public void failed(LlmException failure, CallRecord record) {
                observer.failed(failure, ended(call, record));
            }

            @Override
            public void cancelled(CallRecord record) {
                observer.cancelled(ended(call, record));
            }
        });
    }

    private CallRecord ended(Call<Q> call, CallRecord record) {
        call.trace().ended(record);
        return publish(record, listeners);
    }

    static CallRecord publish(CallRecord record, List<CallRecordListener> listeners) {
        for (CallRecordListener listener : listeners) {
            try {
                listener.onRecord(record);
            } catch (RuntimeException e) {
                LOG.error(
                        "Call record listener {} failed for record {}",
                        listener.getClass().getName(),
                        record.id(),
                        e);
            }
        }
        return record;
    }
}
