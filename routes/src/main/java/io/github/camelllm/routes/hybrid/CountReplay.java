package io.github.camelllm.routes.hybrid;

import io.github.camelllm.routes.failover.FailoverHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Counts in {@link FailoverHeaders#REPLAYS} how often a dead letter was sent back. */
public final class CountReplay implements Processor {
    @Override
    public void process(Exchange exchange) {
        int before = exchange.getMessage().getHeader(FailoverHeaders.REPLAYS, 0, Integer.class);
        exchange.getMessage().setHeader(FailoverHeaders.REPLAYS, before + 1);
    }
}
