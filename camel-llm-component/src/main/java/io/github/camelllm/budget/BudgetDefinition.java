package io.github.camelllm.budget;

import io.github.camelllm.call.CallScope;
import io.github.camelllm.chat.Money;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What may be spent by whom in what time.
 *
 * @param scope which attempts it is for, and whose account each falls into
 * @param limit for each account that has no limit of its own
 * @param limits of single accounts, by what the scope's {@code *} stands for: {@code acme}, or {@code team=a,user=b} if there
 *     are several
 * @param hard whether attempts that could exceed it are refused
 * @param whenExceeded what a soft budget does once it is spent
 * @param downgradeTo provider and model, or router, that is asked in place of the one meant
 * @param throttleTo attempts a minute that are let through
 * @param alerts percents of the limit that are announced when they are reached, ascending
 * @param alertTo endpoint that gets the announcements
 * @param unknownCost what a hard budget does with an attempt whose cost has no upper bound
 * @param exchangeRates what one unit of another currency is worth in the limit's
 * @param definedIn file or properties that it came from, for people
 */
public record BudgetDefinition(
        String name,
        CallScope scope,
        Money limit,
        Map<String, Money> limits,
        BudgetWindow window,
        boolean hard,
        WhenExceeded whenExceeded,
        Optional<String> downgradeTo,
        OptionalInt throttleTo,
        List<Integer> alerts,
        Optional<String> alertTo,
        UnknownCost unknownCost,
        Map<String, BigDecimal> exchangeRates,
        String definedIn) {
    public BudgetDefinition {
        limits = Map.copyOf(limits);
        alerts = List.copyOf(alerts);
        exchangeRates = Map.copyOf(exchangeRates);
    }

    /** What a soft budget does once it is spent. */
    public enum WhenExceeded {
        /** It announces it. */
        NOTIFY,
        /** Another model is asked. */
        DOWNGRADE,
        /** Attempts are slowed down. */
        THROTTLE
    }

    /** What a hard budget does with an attempt whose price or longest answer is unknown. */
    public enum UnknownCost {
        REFUSE,
        /** It is let through, and counted once its cost is known. */
        ALLOW
    }

    /** What an account may spend. */
    public Money limitOf(String account) {
        Money own = limits.get(account);
        if (own == null && account.indexOf('=') == account.lastIndexOf('=')) {
            own = limits.get(account.substring(account.indexOf('=') + 1));
        }
        return own == null ? limit : own;
    }

    /** Names an account among those of all budgets. */
    public String accountName(String account) {
        return account.isEmpty() ? name : name + "/" + account;
    }

    /** The definition in a line, for the audit. */
    @Override
    public String toString() {
        return limit.amount().toPlainString() + " " + limit.currency() + " per " + window.words()
                + (hard ? ", hard" : ", soft")
                + (scope.dimensions().isEmpty() ? "" : ", scope " + scope.dimensions())
                + (limits.isEmpty() ? "" : ", own limits " + new java.util.TreeMap<>(limits));
    }
}
