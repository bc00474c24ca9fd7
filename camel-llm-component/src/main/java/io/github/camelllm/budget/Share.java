package io.github.camelllm.budget;

import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.call.Hold;
import java.time.Instant;
import java.util.OptionalLong;

/** The part of a budget that an attempt falls into. Immutable. */
final class Share {
    private final BudgetDefinition budget;
    private final String account;
    private final Instant now;
    private final String accountName;
    private final long period;
    private final long limitNanos;

    /**
     * @param account whose it is; empty if the budget has one account only
     * @param now the moment that decides about the window
     */
    Share(BudgetDefinition budget, String account, Instant now) {
        this.budget = budget;
        this.account = account;
        this.now = now;
        // Each is asked for several times in a call
        this.accountName = budget.accountName(account);
        this.period = budget.window().period(now);
        this.limitNanos = budget.limitOf(account).nanos();
    }

    BudgetDefinition budget() {
        return budget;
    }

    String account() {
        return account;
    }

    Instant now() {
        return now;
    }

    /** Names the account among those of all budgets. */
    String accountName() {
        return accountName;
    }

    long period() {
        return period;
    }

    long limitNanos() {
        return limitNanos;
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
                new Hold(accountName, period, budget.limit().currency(), nanos),
                budget.window().from(now),
                budget.hard() ? OptionalLong.of(limitNanos) : OptionalLong.empty(),
                budget.window().forgetAfter(now));
    }
}
