package io.github.camelllm.routes.splitting;

import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;

/** Where a template takes a transaction policy and is given none. */
public final class NoTransaction implements Policy {
    @Override
    public void beforeWrap(Route route, NamedNode definition) {}

    @Override
    public Processor wrap(Route route, Processor processor) {
        return processor;
    }
}
