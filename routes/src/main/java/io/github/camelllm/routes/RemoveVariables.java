package io.github.camelllm.routes;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Removes the variables of the exchange whose names begin with a prefix, and the headers that were received into them. What a
 * template needed on its way does not stay with the caller's message. Thread-safe.
 */
public final class RemoveVariables implements Processor {
    private final String prefix;

    /** @param prefix such as {@code llm} */
    public RemoveVariables(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public void process(Exchange exchange) {
        for (String name : List.copyOf(exchange.getVariables().keySet())) {
            if (name.startsWith(prefix) || name.startsWith("header:" + prefix)) {
                exchange.removeVariable(name);
            }
        }
    }
}
