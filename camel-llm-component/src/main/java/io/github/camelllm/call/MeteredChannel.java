package io.github.camelllm.call;

import io.github.camelllm.chat.LlmException;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
        return next.send(call, new EndingObserver<R>(observer) {
            @Override
            CallRecord ended(CallRecord record, @Nullable LlmException failure) {
                call.trace().ended(record);
                return publish(record, listeners);
            }
        });
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
