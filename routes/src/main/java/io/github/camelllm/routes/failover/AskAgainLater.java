package io.github.camelllm.routes.failover;

import io.github.camelllm.chat.LlmException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.util.ObjectHelper;

/**
 * Tells a redelivering error handler what a failed call says about asking again; for {@code onExceptionOccurredRef}.
 *
 * <ul>
 *   <li>A failure that is not retryable ends the redeliveries at once.
 *   <li>A wait that the provider asks for gets up to a fifth on top, at random, so that not all that were refused together
 *       come back together. It is never shortened. Camel's own delays have {@code useCollisionAvoidance} for that.
 * </ul>
 *
 * <p>{@link FailureReason} finds here how often the question was asked.
 */
public final class AskAgainLater implements Processor {
    /** Exchange property that counts the failures of a message; Camel forgets its own count before the dead letter is sent. */
    static final String FAILURES = "CamelLlmFailures";

    private static final double MOST_ON_TOP = 0.2;

    @Override
    public void process(Exchange exchange) {
        LlmException failure = exchange.getException(LlmException.class);
        if (failure == null) {
            failure = ObjectHelper.getException(
                    LlmException.class, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        }
        if (failure == null) {
            return;
        }
        exchange.setProperty(FAILURES, exchange.getProperty(FAILURES, 0, Integer.class) + 1);
        if (!failure.isRetryable()) {
            exchange.getExchangeExtension().setRedeliveryExhausted(true);
            return;
        }
        Long wait = exchange.getMessage().getHeader(Exchange.REDELIVERY_DELAY, Long.class);
        if (wait != null && wait > 0) {
            long most = Math.round(wait * MOST_ON_TOP);
            exchange.getMessage()
                    .setHeader(
                            Exchange.REDELIVERY_DELAY,
                            wait + ThreadLocalRandom.current().nextLong(most + 1));
        }
    }
}
