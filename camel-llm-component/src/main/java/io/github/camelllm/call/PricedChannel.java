package io.github.camelllm.call;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.WireHeaders;
import java.util.Optional;
import java.util.function.Supplier;

/** Adds the cost to each attempt's record. */
final class PricedChannel<Q, R> implements CallChannel<Q, R> {
    private final CallChannel<Q, R> next;
    private final Supplier<Pricing> pricing;

    PricedChannel(CallChannel<Q, R> next, Supplier<Pricing> pricing) {
        this.next = next;
        this.pricing = pricing;
    }

    @Override
    public CallHandle send(Call<Q> call, CallObserver<R> observer) {
        Pricing now = pricing.get();
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
                observer.completed(result, priced(record, now));
            }

            @Override
            public void failed(LlmException failure, CallRecord record) {
                observer.failed(failure, priced(record, now));
            }

            @Override
            public void cancelled(CallRecord record) {
                observer.cancelled(priced(record, now));
            }
        });
    }

    private static CallRecord priced(CallRecord record, Pricing pricing) {
        return record.with(record.usage(), record.usageSource(), cost(record, pricing));
    }

    /** By the model that answered, which is often a dated one; by the model asked where that has no price. */
    private static Optional<Cost> cost(CallRecord record, Pricing pricing) {
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
