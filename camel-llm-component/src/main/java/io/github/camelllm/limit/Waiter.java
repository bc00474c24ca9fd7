package io.github.camelllm.limit;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An attempt that asks for its turn. Changed under the lock of its {@link Turnstile} only. */
final class Waiter implements Comparable<Waiter> {
    final Attempt attempt;
    final List<Account> accounts;
    final LearnedLimits.Size size;
    final long rankNanos;
    final long number;
    final long askedNanos;
    private final long mostWaitNanos;
    final CompletableFuture<Permit> future = new CompletableFuture<>();
    /** What it has taken, to be given back or corrected. */
    final List<Share> shares = new ArrayList<>();
    /** Accounts of whose places it has one. */
    final List<Account> entered = new ArrayList<>();

    /** Whether it has had its turn: then it stays before all others. */
    private boolean started;

    State state = State.QUEUED;
    long readyNanos;
    boolean cancelled;

    enum State {
        /** Others are before it. */
        QUEUED,
        /** Its turn; a store is being asked. */
        ASKING,
        /** Its turn; what it took has still to flow in. */
        READY_LATER,
        /** Its turn, but there is no place, or nothing left of the day; asks again later. */
        BLOCKED,
        DONE
    }

    /** An amount taken from a bucket. */
    static final class Share {
        final Account account;
        final Rate rate;
        final LimitBucket bucket;
        final long amount;
        long readyNanos;

        Share(Account account, Rate rate, LimitBucket bucket, long amount, long readyNanos) {
            this.account = account;
            this.rate = rate;
            this.bucket = bucket;
            this.amount = amount;
            this.readyNanos = readyNanos;
        }
    }

    /**
     * @param rankNanos when it came, or earlier or later if its priority is another than normal
     * @param mostWaitNanos until its deadline
     */
    Waiter(
            Attempt attempt,
            List<Account> accounts,
            LearnedLimits.Size size,
            long rankNanos,
            long number,
            long askedNanos,
            long mostWaitNanos) {
        this.attempt = attempt;
        this.accounts = List.copyOf(accounts);
        this.size = size;
        this.rankNanos = rankNanos;
        this.number = number;
        this.askedNanos = askedNanos;
        this.mostWaitNanos = mostWaitNanos;
        this.readyNanos = askedNanos;
    }

    /** When it will have waited long enough for an account: each limit says for itself how long. */
    long giveUpNanos(Account account) {
        return askedNanos + Math.min(mostWaitNanos, account.definition.maxWait().toNanos());
    }

    /** How much it takes of a rate. */
    long amountOf(Account account, Rate rate) {
        long output = account.outputOf(attempt.size());
        switch (rate.unit()) {
            case REQUESTS:
                return 1;
            case INPUT_TOKENS:
                return size.inputTokens();
            case OUTPUT_TOKENS:
                return Math.min(output, account.isExact() ? output : rate.amount());
            default:
                long sum = size.inputTokens() + output;
                return account.isExact() ? sum : Math.min(sum, Math.max(size.inputTokens(), rate.amount()));
        }
    }

    /** Its turn has come: from now on nobody overtakes it. */
    void start() {
        state = State.ASKING;
        if (!started) {
            accounts.forEach(account -> account.remove(this));
            started = true;
            accounts.forEach(account -> account.add(this));
        }
    }

    /** The order is the same in all queues, so that two waiters never wait for each other. */
    @Override
    public int compareTo(Waiter other) {
        if (started != other.started) {
            return started ? -1 : 1;
        }
        int byRank = Long.compare(rankNanos - other.rankNanos, 0);
        return byRank != 0 ? byRank : Long.compare(number, other.number);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
