package io.github.camelllm.budget;

import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.call.Hold;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The part of a budget that an attempt falls into.
 *
 * @param account whose it is; empty if the budget has one account only
 * @param now the moment that decides about the window
 */
record Share(BudgetDefinition budget, String account, Instant now) {
    /** Names the account among those of all budgets. */
    String accountName() {
        return budget.accountName(account);
    }

    long period() {
        return budget.window().period(now);
    }

    long limitNanos() {
        return budget.limitOf(account).nanos();
    }

    BudgetState state(Balance balance, Instant at) {
        return new BudgetState(
                budget.name(),
                account,
                budget.hard(),
                budget.limitOf(account),
                Amounts.money(balance.spentNanos(), budget),
                Amounts.money(balance.reservedNanos(), budget),
                budget.window().resetsAt(at));
    }

    Claim claim(long nanos) {
        return new Claim(
                new Hold(accountName(), period(), budget.limit().currency(), nanos),
                budget.window().from(now),
                budget.hard() ? OptionalLong.of(limitNanos()) : OptionalLong.empty(),
                budget.window().forgetAfter(now));
    }
}
