package io.github.camelllm.routes.failover;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The newest answer, with the tokens and the cost of all calls so far. Sums are exact; a number that is unknown for one call
 * is unknown for all, and its header is removed.
 *
 * <p>For {@code enrich} (the message so far and one more call), {@code multicast}, {@code recipientList} and {@code split}.
 * A failed part does not replace an answer. A refused request counts as free; one that timed out or broke off may have been
 * billed, so after it the sum is unknown.
 */
public final class SumUsage implements AggregationStrategy {
    private static final String SO_FAR = "CamelLlmSpentSoFar";

    @Override
    public Exchange aggregate(@Nullable Exchange before, Exchange now) {
        if (before == null) {
            now.removeProperty(SO_FAR);
            return now;
        }
        Spent sum = spentBy(before).plus(Spent.of(now));
        Exchange answer = now.getException() == null || before.getException() != null ? now : before;
        if (answer.getException() == null) {
            sum.writeTo(answer.getMessage());
            answer.removeProperty(SO_FAR);
        } else {
            answer.setProperty(SO_FAR, sum);
        }
        return answer;
    }

    /** All parts failed so far: their headers tell nothing, so the sum travels beside them. */
    private static Spent spentBy(Exchange before) {
        Spent soFar = before.getProperty(SO_FAR, Spent.class);
        return before.getException() != null && soFar != null ? soFar : Spent.of(before);
    }

    /** Adds what a call took to the headers of a message, whose body and other headers stay. */
    public static void add(Message sum, Message call) {
        Spent.of(sum).plus(Spent.of(call)).writeTo(sum);
    }
}
