package io.github.camelllm.budget;

import io.github.camelllm.call.Hold;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Where the amounts of budgets are kept. An account is a name; its amounts are kept by period, a moment in seconds since
 * 1970, so that a window that moves on is a sum over fewer or other periods. All amounts are billionths of the account's
 * currency.
 *
 * <p>Thread-safe. Methods return at once; a store on the network completes its futures when that has answered. A future
 * fails with {@link BudgetStoreException} if the store cannot be reached: then nothing was set aside for sure, or what was
 * is charged when its node is given up.
 */
public interface BudgetStore extends AutoCloseable {
    /**
     * Sets amounts aside for one attempt: all of them, or none if one does not fit. An amount fits if what is spent and set
     * aside in the claim's periods, together with it, is at most its limit. Asked again for the same attempt, it answers as
     * before and sets nothing aside twice.
     */
    CompletableFuture<Decision> reserve(UUID attemptId, List<Claim> claims);

    /**
     * Ends what {@link #reserve} set aside: the holds are given back and the charges spent. Once for each attempt; later calls
     * change nothing. A hold that was charged whole because its node was thought dead is corrected. If the store cannot be
     * reached it tries again later by itself, within bounds.
     *
     * @return the balances after it, in the order of the settlements
     */
    CompletableFuture<List<Balance>> settle(UUID attemptId, List<Settlement> settlements);

    /** Spends (or, if negative, gives back) an amount without an attempt: a correction. Once for each id. */
    CompletableFuture<Balance> adjust(UUID adjustmentId, Settlement settlement);

    /** What is spent and set aside now in some periods of accounts; zeros for an account that nobody has used. */
    CompletableFuture<List<Balance>> balances(List<Window> windows);

    /**
     * Says who hears of amounts that this process charges whole, since the one that had set them aside was given up. For stores
     * that processes share; others never do that.
     *
     * @param listener is called on threads of the store after each time, and returns quickly
     */
    default void whenExpired(Consumer<List<Expired>> listener) {}

    /** The kind of store, for people: {@code memory}, {@code jdbc}, {@code redis}. */
    String kind();

    @Override
    void close();

    /** An amount that was set aside and is charged whole. */
    record Expired(String account, long period, long nanos) {}

    /** Some periods of one account: those that begin between two moments, both included. */
    record Window(String account, long fromPeriod, long toPeriod) {}

    /**
     * An amount to be set aside.
     *
     * @param hold what, in which account and period
     * @param fromPeriod the first period whose amounts count against the limit; the hold's period is the last
     * @param limitNanos empty if the amount is only counted
     * @param forgetAfter when the period's amounts are of no use any more
     */
    record Claim(Hold hold, long fromPeriod, OptionalLong limitNanos, Instant forgetAfter) {
        public Window window() {
            return new Window(hold.account(), fromPeriod, hold.period());
        }
    }

    /**
     * An amount to be spent in place of a hold.
     *
     * @param fromPeriod first period of the balance to be told
     */
    record Settlement(Hold hold, long fromPeriod, long chargedNanos) {}

    /** Amounts in the periods asked about. */
    record Balance(String account, long spentNanos, long reservedNanos) {}

    /** What became of a reservation. */
    sealed interface Decision {
        /** All was set aside. @param balances after it, in the order of the claims */
        record Granted(List<Balance> balances) implements Decision {
            public Granted {
                balances = List.copyOf(balances);
            }
        }

        /** Nothing was. @param claim index of the first claim that did not fit. @param balance of its account */
        record Refused(int claim, Balance balance) implements Decision {}
    }
}
