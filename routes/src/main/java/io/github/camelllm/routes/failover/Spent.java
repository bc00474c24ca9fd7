package io.github.camelllm.routes.failover;

import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.component.LlmConstants;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.util.ObjectHelper;

/**
 * What some calls took together. Unknown is not zero: where one call does not tell, the sum does not either.
 *
 * @param any whether there was a call at all
 * @param tokens by name of the header; a number that is unknown for one of the calls is absent
 */
record Spent(
        boolean any,
        Map<String, Long> tokens,
        Optional<BigDecimal> cost,
        Optional<BigDecimal> reportedCost,
        Optional<String> currency) {
    private static final List<String> TOKENS = List.of(
            LlmConstants.INPUT_TOKENS,
            LlmConstants.OUTPUT_TOKENS,
            LlmConstants.CACHE_READ_INPUT_TOKENS,
            LlmConstants.CACHE_CREATION_INPUT_TOKENS,
            LlmConstants.REASONING_OUTPUT_TOKENS);

    static final Spent NOTHING = new Spent(false, Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    static final Spent UNKNOWN = new Spent(true, Map.of(), Optional.empty(), Optional.empty(), Optional.empty());

    Spent {
        tokens = Map.copyOf(tokens);
    }

    /** What the call took whose outcome an exchange holds. */
    static Spent of(Exchange exchange) {
        return exchange.getException() == null ? of(exchange.getMessage()) : of(exchange.getException());
    }

    /** By the headers of an answer; a message without them is no answer and took nothing. */
    static Spent of(Message message) {
        if (message.getHeader(LlmConstants.CALL_ID) == null) {
            return NOTHING;
        }
        Map<String, Long> tokens = new HashMap<>();
        for (String name : TOKENS) {
            Long number = message.getHeader(name, Long.class);
            if (number != null) {
                tokens.put(name, number);
            }
        }
        return new Spent(
                true,
                tokens,
                Optional.ofNullable(message.getHeader(LlmConstants.COST, BigDecimal.class)),
                Optional.ofNullable(message.getHeader(LlmConstants.REPORTED_COST, BigDecimal.class)),
                Optional.ofNullable(message.getHeader(LlmConstants.COST_CURRENCY, String.class)));
    }

    /**
     * A request that the provider refused costs nothing. What broke off, timed out or could not be read may have been
     * billed, so that is unknown.
     */
    static Spent of(Throwable failure) {
        LlmException call = ObjectHelper.getException(LlmException.class, failure);
        if (call == null) {
            return UNKNOWN;
        }
        boolean refused = call.statusCode().orElse(0) >= 400
                || call instanceof LlmRateLimitedException
                || call instanceof LlmAuthenticationException
                || call instanceof LlmInvalidRequestException
                || call instanceof LlmBudgetExceededException;
        return refused ? NOTHING : UNKNOWN;
    }

    Spent plus(Spent other) {
        if (!any) {
            return other;
        }
        if (!other.any) {
            return this;
        }
        Map<String, Long> sum = new HashMap<>(tokens);
        sum.keySet().retainAll(other.tokens.keySet());
        sum.replaceAll((name, number) -> Math.addExact(number, other.tokens.getOrDefault(name, 0L)));
        boolean oneCurrency = currency.equals(other.currency);
        return new Spent(
                true,
                sum,
                oneCurrency ? sum(cost, other.cost) : Optional.empty(),
                sum(reportedCost, other.reportedCost),
                oneCurrency ? currency : Optional.empty());
    }

    private static Optional<BigDecimal> sum(Optional<BigDecimal> one, Optional<BigDecimal> other) {
        return one.flatMap(amount -> other.map(amount::add));
    }

    /** Sets the headers of an answer to these numbers and removes those that are unknown. */
    void writeTo(Message message) {
        for (String name : TOKENS) {
            set(message, name, Optional.ofNullable(tokens.get(name)));
        }
        set(message, LlmConstants.COST, cost);
        set(message, LlmConstants.REPORTED_COST, reportedCost);
        set(message, LlmConstants.COST_CURRENCY, cost.isPresent() ? currency : Optional.empty());
    }

    private static void set(Message message, String name, Optional<?> value) {
        if (value.isPresent()) {
            message.setHeader(name, value.get());
        } else {
            message.removeHeader(name);
        }
    }
}
