package io.github.camelllm.routes.queues;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Lets all parts of a split come to their end, and then fails with the first failure. {@code stopOnException} does not wait:
 * in parallel it goes on while other parts are still under way.
 */
public final class KeepFailure implements AggregationStrategy {
    @Override
    public Exchange aggregate(@Nullable Exchange before, Exchange part) {
        return before == null || (part.isFailed() && !before.isFailed()) ? part : before;
    }
}
