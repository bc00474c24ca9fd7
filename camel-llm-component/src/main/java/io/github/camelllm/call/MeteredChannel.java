package io.github.camelllm.call;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds the cost to each attempt's record and hands the record to the listeners before the caller hears of the end. */
final class MeteredChannel<Q, R> implements CallChannel<Q, R> {
    private static final Logger LOG = LoggerFactory.getLogger(MeteredChannel.class);

    private final CallChannel<Q, R> next;
    private final Pricing pricing;
    private final List<CallRecordListener> listeners;

    /** @param listeners read at each call; may grow while calls run if the list is safe for it */
    MeteredChannel(CallChannel<Q, R> next, Pricing pricing, List<CallRecordListener> listeners) {
        this.next = next;
        this.pricing = pricing;
        this.listeners = listeners;
    }

    @Override
    public CallHandle send(Call<Q> call, CallObserver<R> observer) {
        return next.send(call, new CallObserver<>() {
            @Override
            public void event(StreamEvent event) {
                observer.event(event);
            }

            @Override
            public void completed(R result, CallRecord record) {
                observer.completed(result, publish(record));
            }

            @Override
            public void failed(LlmException failure, CallRecord record) {
                observer.failed(failure, publish(record));
            }

            @Override
            public void cancelled(CallRecord record) {
                observer.cancelled(publish(record));
            }
        });
    }

    private CallRecord publish(CallRecord unpriced) {
        CallRecord record = unpriced.with(unpriced.usage(), unpriced.usageSource(), cost(unpriced));
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

    /** By the model that answered, which is often a dated one; by the model asked where that has no price. */
    private Optional<Cost> cost(CallRecord record) {
        if (record.usage().isEmpty()) {
            return Optional.empty();
        }
        Usage usage = record.usage().get();
        Optional<Cost> cost = record.responseModel()
                .flatMap(model -> pricing.cost(usage, record.provider(), model, record.startedAt()));
        return cost.isPresent()
                ? cost
                : pricing.cost(usage, record.provider(), record.requestModel(), record.startedAt());
    }
}
