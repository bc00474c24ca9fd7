package io.github.camelllm.routes.queues;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Keeps the exchange on the thread that received it. An {@code llm:} endpoint answers on a thread of its own, where the route
 * would go on; but a JMS session belongs to its thread, and what is sent from another one is no part of the transaction.
 * Camel marks an exchange so by itself only where a Spring transaction manager is used.
 */
public final class SameThread implements Processor {
    @Override
    public void process(Exchange exchange) {
        exchange.getExchangeExtension().setTransacted(true);
    }
}
