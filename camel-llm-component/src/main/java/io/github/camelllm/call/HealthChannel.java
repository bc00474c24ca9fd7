package io.github.camelllm.call;

import io.github.camelllm.chat.LlmException;
import org.jspecify.annotations.Nullable;

/** Tells the target's {@link TargetHealth} of each attempt. Lets all of them through: who may be asked, routers decide. */
final class HealthChannel<Q, R> implements CallChannel<Q, R> {
    private final CallChannel<Q, R> next;

    HealthChannel(CallChannel<Q, R> next) {
        this.next = next;
    }

    @Override
    public CallHandle send(Call<Q> call, CallObserver<R> observer) {
        TargetHealth health = call.target().health();
        health.started();
        return next.send(call, new EndingObserver<R>(observer) {
            @Override
            CallRecord ended(CallRecord record, @Nullable LlmException failure) {
                health.ended(record, failure);
                return record;
            }
        });
    }
}
