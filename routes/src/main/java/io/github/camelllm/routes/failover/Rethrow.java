package io.github.camelllm.routes.failover;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Fails the exchange with the exception that an earlier step put into the exchange property {@value #PROPERTY}; does nothing
 * without one. It carries a failure out of a circuit breaker that must not count it.
 */
public final class Rethrow implements Processor {
    /** Name of the exchange property. */
    public static final String PROPERTY = "CamelLlmRefused";

    @Override
    public void process(Exchange exchange) {
        Exception refused = exchange.getProperty(PROPERTY, Exception.class);
        if (refused != null) {
            exchange.removeProperty(PROPERTY);
            exchange.setException(refused);
        }
    }
}
