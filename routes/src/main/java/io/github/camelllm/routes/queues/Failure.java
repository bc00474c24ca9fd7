package io.github.camelllm.routes.queues;

import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What a worker does about a failure: whether the message is to blame, what to write beside a dead letter, and how long to
 * wait before the next try. Routes call the methods by name, with the exchange that failed.
 */
public final class Failure {
    /** However long a provider asks to wait, and however often it failed. */
    private static final long LONGEST_WAIT_MILLIS = 60_000;

    private static final int LONGEST_REASON = 1_000;

    /** Nothing is wrong with the message: the provider, its key or the budget is. */
    private static final List<Class<? extends LlmException>> NOT_THE_MESSAGE = List.of(
            LlmRateLimitedException.class,
            LlmUnavailableException.class,
            LlmTimeoutException.class,
            LlmAuthenticationException.class,
            LlmBudgetExceededException.class);

    /** Classes of SQL states: the value is wrong (22), or breaks a constraint (23). */
    private static final List<String> WRONG_DATA = List.of("22", "23");

    private static final String DUPLICATE_KEY = "23505";

    private Failure() {}

    /**
     * Whether the message itself is wrong, so that no later try can end in another way: the model refuses it, it is too long,
     * its answer is never as demanded, it cannot be read or stored. A busy or absent provider, a refused key, an exhausted
     * budget and a database or connection that is away are not the message's fault, and neither is a key that another worker
     * has stored meanwhile.
     */
    public static boolean isFinal(Exchange exchange) {
        return isFinal(failure(exchange));
    }

    /** Like {@link #isFinal(Exchange)}, or if this delivery is the last one of so many. */
    public static boolean isHopeless(Exchange exchange, @Nullable Integer delivery, int maxDeliveries) {
        return isFinal(exchange) || (delivery != null && delivery >= maxDeliveries);
    }

    /**
     * Like {@link #isFinal(Exchange)}, or if the provider still fails and the route does not want to wait for it.
     *
     * @param onExhausted {@code retry} or {@code dead-letter}
     */
    public static boolean isGivenUp(Exchange exchange, String onExhausted) {
        if (!onExhausted.equals("retry") && !onExhausted.equals("dead-letter")) {
            throw new IllegalArgumentException("onExhausted: expected retry or dead-letter, got " + onExhausted);
        }
        return isFinal(exchange)
                || (onExhausted.equals("dead-letter")
                        && named(failure(exchange)) instanceof LlmException llm
                        && llm.isRetryable());
    }

    /** The class of the failure, without its package. */
    public static String kind(Exchange exchange) {
        return named(failure(exchange)).getClass().getSimpleName();
    }

    /**
     * What went wrong, without a word of the message. The text of exceptions other than ours can quote it (a database names
     * the value that it refuses), so of those only the classes are told, and the SQL state.
     */
    public static String reason(Exchange exchange) {
        Throwable named = named(failure(exchange));
        String reason = named.getClass().getSimpleName();
        if (named instanceof LlmException) {
            reason = String.valueOf(named.getMessage());
        } else if (named instanceof SQLException sql) {
            reason += ", SQL state " + sql.getSQLState();
        }
        return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
    }

    /**
     * Milliseconds until the next try: what the provider asks for, else {@code firstMillis} doubled for each repetition
     * before, with a tenth more or less so that workers do not all come back at once. At most a minute.
     *
     * @param repetition number of the repetition to come, from 0
     */
    public static long waitBeforeRepetition(Exchange exchange, @Nullable Integer repetition, long firstMillis) {
        if (named(failure(exchange)) instanceof LlmException llm && llm.getRetryAfterMillis() >= 0) {
            return Math.min(llm.getRetryAfterMillis(), LONGEST_WAIT_MILLIS);
        }
        int doublings = Math.min(Math.max(repetition == null ? 0 : repetition, 0), 16);
        long wait = Math.min(firstMillis << doublings, LONGEST_WAIT_MILLIS);
        return Math.round(wait * ThreadLocalRandom.current().nextDouble(0.9, 1.1));
    }

    /**
     * The same for a message that its broker delivers again.
     *
     * @param delivery number of the delivery that failed, from 1; null where the broker does not count
     */
    public static long waitBeforeDelivery(Exchange exchange, @Nullable Integer delivery, long firstMillis) {
        return waitBeforeRepetition(exchange, delivery == null ? null : delivery - 1, firstMillis);
    }

    static boolean isFinal(Throwable failure) {
        Throwable named = named(failure);
        if (named instanceof LlmException) {
            return NOT_THE_MESSAGE.stream().noneMatch(kind -> kind.isInstance(named));
        }
        if (named instanceof SQLException sql) {
            String state = sql.getSQLState();
            return state != null
                    && !state.equals(DUPLICATE_KEY)
                    && WRONG_DATA.stream().anyMatch(state::startsWith);
        }
        return !(named instanceof IOException);
    }

    /** The cause that tells most: ours, the database's or a connection's; else the exception itself. */
    private static Throwable named(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof LlmException || cause instanceof SQLException || cause instanceof IOException) {
                return cause;
            }
        }
        return failure;
    }

    private static Throwable failure(Exchange exchange) {
        Throwable failure = exchange.getException();
        if (failure == null) {
            failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        }
        if (failure == null) {
            throw new IllegalStateException("expected an exchange that failed, got one without an exception");
        }
        return failure;
    }
}
