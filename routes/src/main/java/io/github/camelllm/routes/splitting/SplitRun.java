package io.github.camelllm.routes.splitting;

import io.github.camelllm.component.LlmConstants;
import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way through a split: gives its records to the Split EIP, knows which have come to their end, and sums up
 * what they cost. Thread-safe.
 *
 * <p>A split that runs in parallel reads on while records are under way. Here it reads at most {@value #WINDOW} records past
 * the first one that has not ended. When the run is stopped, nothing more is read, and the split ends after the
 * records under way have.
 */
final class SplitRun implements Iterator<@Nullable SplitRecord>, Closeable {
    /** The property of the exchange that holds the run. */
    static final String PROPERTY = "LlmSplitRun";

    private static final int WINDOW = 1000;

    private final Iterator<SplitRecord> records;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Ended after {@link #turn}; fewer than the window. */
    private final Set<Long> endedEarly = new HashSet<>();

    private long given;
    private long ended;
    /** The first record that has not ended. */
    private long turn = 1;
    /** Whether the next call of hasNext looks past a record that the split has in its hand and has not started. */
    private boolean inHand;

    /** Because of a failure: what is read is not all. */
    private boolean stopped;

    private boolean closed;
    private @Nullable RuntimeException unreadable;
    private long inputTokens;
    private long outputTokens;
    private boolean usageKnown = true;
    private BigDecimal cost = BigDecimal.ZERO;
    private @Nullable String currency;
    private boolean costKnown = true;
    private long calls;
    private long bad;
    private long skipped;

    SplitRun(Iterator<SplitRecord> records) {
        this.records = records;
    }

    @Override
    public boolean hasNext() {
        lock.lock();
        try {
            if (closed && !stopped) {
                return false;
            }
            if (!stopped) {
                boolean more = readAhead();
                if (!stopped) {
                    inHand = false;
                    return more;
                }
            }
            if (inHand) {
                // The split ends at once if there is no more, so let it start the record first
                inHand = false;
                return true;
            }
            while (ended < given) {
                changed.awaitUninterruptibly();
            }
            RuntimeException failure = unreadable;
            unreadable = null;
            if (failure != null) {
                throw failure;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean readAhead() {
        try {
            return records.hasNext();
        } catch (RuntimeException e) {
            unreadable = e;
            stopped = true;
            return false;
        }
    }

    /** @return the next record, or null if the run was stopped after hasNext had seen one: the Split EIP skips that */
    @Override
    public @Nullable SplitRecord next() {
        lock.lock();
        try {
            while (!stopped && given + 1 - turn >= WINDOW) {
                changed.awaitUninterruptibly();
            }
            if (stopped) {
                return null;
            }
            SplitRecord record = records.next();
            given++;
            inHand = true;
            return record;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all records before this one have ended. */
    void awaitTurn(long number) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (turn < number && !stopped) {
                changed.await();
            }
            if (turn < number) {
                throw new CancellationException("an earlier record stopped the split before record " + number);
            }
        } finally {
            lock.unlock();
        }
    }

    /** @param number of a record that came to its end, well or not */
    void ended(long number) {
        lock.lock();
        try {
            ended++;
            endedEarly.add(number);
            while (endedEarly.remove(turn)) {
                turn++;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Something has failed in a way that makes going on pointless. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /** @return how many are bad now */
    long addBad() {
        lock.lock();
        try {
            return ++bad;
        } finally {
            lock.unlock();
        }
    }

    void addSkipped() {
        lock.lock();
        try {
            skipped++;
        } finally {
            lock.unlock();
        }
    }

    long endedCount() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    long badCount() {
        lock.lock();
        try {
            return bad;
        } finally {
            lock.unlock();
        }
    }

    /** Adds what a call cost, from the headers that the component has set. */
    void addUsage(Message answer) {
        Long input = answer.getHeader(LlmConstants.INPUT_TOKENS, Long.class);
        Long output = answer.getHeader(LlmConstants.OUTPUT_TOKENS, Long.class);
        BigDecimal price = answer.getHeader(LlmConstants.COST, BigDecimal.class);
        String in = answer.getHeader(LlmConstants.COST_CURRENCY, String.class);
        lock.lock();
        try {
            calls++;
            if (input == null || output == null) {
                usageKnown = false;
            } else {
                inputTokens += input;
                outputTokens += output;
            }
            if (price == null || in == null || currency != null && !currency.equals(in)) {
                costKnown = false;
            } else {
                cost = cost.add(price);
                currency = in;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Adds the sums of another run. */
    void addUsage(SplitRun other) {
        Sums sums = other.sums();
        lock.lock();
        try {
            calls += sums.calls();
            usageKnown &= sums.usageKnown();
            inputTokens += sums.inputTokens();
            outputTokens += sums.outputTokens();
            costKnown &= sums.costKnown()
                    && (currency == null || sums.currency() == null || currency.equals(sums.currency()));
            cost = cost.add(sums.cost());
            currency = currency == null ? sums.currency() : currency;
        } finally {
            lock.unlock();
        }
    }

    private record Sums(
            long calls,
            boolean usageKnown,
            long inputTokens,
            long outputTokens,
            boolean costKnown,
            BigDecimal cost,
            @Nullable String currency) {}

    private Sums sums() {
        lock.lock();
        try {
            return new Sums(calls, usageKnown, inputTokens, outputTokens, costKnown, cost, currency);
        } finally {
            lock.unlock();
        }
    }

    /** Sets the headers of usage and cost to the sums; one that is not known of every call is left out. */
    void writeUsage(Message message) {
        Sums sums = sums();
        message.removeHeader(LlmConstants.INPUT_TOKENS);
        message.removeHeader(LlmConstants.OUTPUT_TOKENS);
        message.removeHeader(LlmConstants.COST);
        message.removeHeader(LlmConstants.COST_CURRENCY);
        if (sums.usageKnown() && sums.calls() > 0) {
            message.setHeader(LlmConstants.INPUT_TOKENS, sums.inputTokens());
            message.setHeader(LlmConstants.OUTPUT_TOKENS, sums.outputTokens());
        }
        if (sums.costKnown() && sums.currency() != null) {
            message.setHeader(LlmConstants.COST, sums.cost());
            message.setHeader(LlmConstants.COST_CURRENCY, sums.currency());
        }
        message.setHeader(SplitHeaders.CALLS, sums.calls());
    }

    /** Sets the headers of numbers of records. */
    void writeCounts(Message message) {
        lock.lock();
        try {
            message.setHeader(SplitHeaders.RECORDS, ended);
            message.setHeader(SplitHeaders.BAD, bad);
            message.setHeader(SplitHeaders.SKIPPED, skipped);
        } finally {
            lock.unlock();
        }
    }

    /** The split calls this at the end of the file, with records under way, or when it was stopped. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        if (records instanceof Closeable closeable) {
            closeable.close();
        }
    }
}
