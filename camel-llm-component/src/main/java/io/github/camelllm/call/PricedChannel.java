package io.github.camelllm.call;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.Usage;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
        return next.send(call, new EndingObserver<R>(observer) {
            @Override
            CallRecord ended(CallRecord record, @Nullable LlmException failure) {
                return record.with(record.usage(), record.usageSource(), cost(record, now));
            }
        });
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
