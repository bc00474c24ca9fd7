package io.github.camelllm.routes.quality;

import java.sql.SQLException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Gives the router that the header {@code CamelLlmRouter} names weights by the scores of its targets, or gives it its earlier ones
 * back. The body becomes the change with its reasons, a Map. It waits for the database. Thread-safe.
 */
public final class RebalanceRouter implements Processor, CamelContextAware {
    private @Nullable CamelContext context;
    private boolean restore;

    /** Whether it gives the weights back that the router had before its last change. */
    public void setRestore(boolean restore) {
        this.restore = restore;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    /**
     * @throws IllegalArgumentException if there is no such router, or it has no use for weights
     * @throws SQLException if the database does not answer
     */
    @Override
    public void process(Exchange exchange) throws SQLException {
        RouterRequest request = RouterRequest.of(exchange);
        RouterBalancer balancer = Quality.of(exchange.getContext()).balancer();
        RouterBalancer.Result result = restore
                ? balancer.restore(request.router(), request.version(), request.actor())
                : balancer.rebalance(request.router(), request.actor(), request.dryRun());
        exchange.getMessage().setBody(WeightsMap.of(result));
    }
}
