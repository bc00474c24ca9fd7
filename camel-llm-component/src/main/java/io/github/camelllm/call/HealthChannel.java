package io.github.camelllm.call;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.WireHeaders;

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
        return next.send(call, new CallObserver<>() {
            @Override
            public void started(CallHandle handle) {
                observer.started(handle);
            }

            @Override
            public void head(WireHeaders headers) {
                observer.head(headers);
            }

            @Override
            public void event(StreamEvent event) {
                observer.event(event);
            }

            @Override
            public void completed(R result, CallRecord record) {
                health.ended(record, null);
                observer.completed(result, record);
            }

            @Override
            public void failed(LlmException failure, CallRecord record) {
                health.ended(record, failure);
                observer.failed(failure, record);
            }

            @Override
            public void cancelled(CallRecord record) {
                health.ended(record, null);
                observer.cancelled(record);
            }
        });
    }
}
