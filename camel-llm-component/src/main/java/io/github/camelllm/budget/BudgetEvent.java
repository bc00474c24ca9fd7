package io.github.camelllm.budget;

import io.github.camelllm.chat.Money;
import java.time.Instant;
import java.util.Optional;

/**
 * Something about a budget that people want to know.
 *
 * @param budget its name
 * @param account whose share of it, such as {@code team=billing}; empty if it has one only
 * @param percent what was reached; 100 for a refusal
 * @param spent without what is set aside
 * @param resetsAt empty if it never does
 * @param alertTo endpoint that is to be told
 */
public record BudgetEvent(
        Kind kind,
        Instant at,
        String budget,
        String account,
        int percent,
        Money limit,
        Money spent,
        Optional<Instant> resetsAt,
        Optional<String> alertTo) {
    /** What happened. */
    public enum Kind {
        /** A percentage that {@code alerts} names was reached. */
        REACHED,
        /** The first attempt of the window was refused. */
        REFUSED
    }

    /** In words, without anything secret. */
    public String words() {
        return "budget " + budget + (account.isEmpty() ? "" : " of " + account)
                + (kind == Kind.REFUSED ? " refuses calls: " : " has reached " + percent + " %: ")
                + spent.amount().toPlainString() + " of " + limit.amount().toPlainString() + " " + limit.currency()
                + " spent" + resetsAt.map(at -> ", resets at " + at).orElse("");
    }
}
