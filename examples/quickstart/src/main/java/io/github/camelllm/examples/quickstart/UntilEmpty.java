package io.github.camelllm.examples.quickstart;

import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Ends the run when the folder has no new file and none is being processed, or as soon as one fails for a reason that is not
 * the file's. Poll strategy and policy of the route {@code inbox}.
 */
final class UntilEmpty extends RoutePolicySupport implements PollingConsumerPollStrategy {
    private final CamelContext context;
    private final Progress progress;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    UntilEmpty(CamelContext context, Progress progress) {
        this.context = context;
        this.progress = progress;
    }

    /** Completes when there is nothing more to do; exceptionally if the run cannot go on. */
    CompletableFuture<Void> end() {
        return end;
    }

    @Override
    public boolean begin(Consumer consumer, Endpoint endpoint) {
        return !end.isDone();
    }

    @Override
    public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
        if (polledMessages == 0 && context.getInflightRepository().size() == 0) {
            end.complete(null);
        }
    }

    @Override
    public boolean rollback(Consumer consumer, Endpoint endpoint, int retryCounter, Exception cause) {
        end.completeExceptionally(cause);
        return false;
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        Exception failure = exchange.getException();
        if (failure == null) {
            progress.fileEnded(exchange.getVariable("reason") != null);
        } else {
            end.completeExceptionally(failure);
        }
    }
}
