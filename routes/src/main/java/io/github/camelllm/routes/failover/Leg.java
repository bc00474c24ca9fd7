package io.github.camelllm.routes.failover;

import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.jspecify.annotations.Nullable;

/**
 * What one of several models said.
 *
 * @param index the model's place in the list
 * @param vote the answer as it is compared; empty after a failure
 */
record Leg(
        int index,
        @Nullable Object body,
        Map<String, Object> headers,
        Optional<Exception> failure,
        Spent spent,
        Optional<String> vote) {

    static Leg of(Exchange exchange, Optional<String> vote) {
        Integer index = exchange.getProperty(ExchangePropertyKey.MULTICAST_INDEX, Integer.class);
        if (index == null) {
            index = exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX, 0, Integer.class);
        }
        return new Leg(
                index,
                exchange.getMessage().getBody(),
                exchange.getMessage().getHeaders(),
                Optional.ofNullable(exchange.getException()),
                Spent.of(exchange),
                vote);
    }
}
