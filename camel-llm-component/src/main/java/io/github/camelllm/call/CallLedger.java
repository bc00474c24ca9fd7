package io.github.camelllm.call;

import io.github.camelllm.chat.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the books: hears of every attempt before it is sent and after it ended, and forgets neither when the process is
 * killed. Thread-safe; methods return quickly and never wait for a network.
 */
public interface CallLedger {
    /**
     * An attempt is about to be sent.
     *
     * @param most the most that it can cost; empty if that is unknown
     * @param holds what budgets set aside for it
     * @throws io.github.camelllm.chat.LlmUnavailableException if it cannot be kept and nothing may be sent unkept
     */
    void reserved(Attempt attempt, Optional<Money> most, List<Hold> holds);

    /**
     * An attempt ended, or one was refused before {@link #reserved} was told of it. Must not throw: what cannot be kept is
     * reported by other ways.
     *
     * @param charges what is taken from each budget
     */
    void settled(CallRecord record, List<Charge> charges);

    /**
     * What budgets have spent by what the ledger holds, unfinished attempts of earlier processes at their holds.
     *
     * @param fromPeriods the first period that counts for each budget, by name; 0 for budgets with one period
     */
    List<Spent> spent(Map<String, Long> fromPeriods);

    /** Says how long amounts that are charged from now on are kept; a ledger that is not told keeps them for good. */
    default void keepSpent(SpentLife life) {}

    /** Something was changed that decides about money, such as a budget's limit. */
    void audit(AuditEntry entry);

    /**
     * What the end of an attempt takes from one budget.
     *
     * @param chargedNanos at most the hold for calls that behave as their provider says, more if they do not
     */
    record Charge(Hold hold, long chargedNanos) {}

    /** How long what an account has spent is of use. Thread-safe. */
    interface SpentLife {
        /**
         * @param period in seconds since 1970; 0 for budgets with one period
         * @param at when the account was charged
         * @return when the amount of that period is of no use any more; empty if no such budget is known
         */
        Optional<Instant> forgetAfter(String account, long period, Instant at);
    }

    /** What was taken from one account in one period. */
    record Spent(String account, long period, String currency, long nanos) {}
}
