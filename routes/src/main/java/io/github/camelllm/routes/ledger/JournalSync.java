package io.github.camelllm.routes.ledger;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Writes the journal to the device once in an interval, by a thread of its own: a database that hangs must not hold it up. */
final class JournalSync {
    private final Journal journal;
    private final Duration interval;
    private final LedgerAlarms alarms;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Thread thread;
    private boolean closed;

    JournalSync(Journal journal, Duration interval, LedgerAlarms alarms) {
        this.journal = journal;
        this.interval = interval;
        this.alarms = alarms;
        this.thread = new Thread(this::run, "llm-ledger-sync");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (pause()) {
                try {
                    journal.sync();
                } catch (IOException e) {
                    alarms.raise(LedgerAlarm.JOURNAL_FAILED, "the journal was not written to the device: " + e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether to go on */
    private boolean pause() throws InterruptedException {
        lock.lock();
        try {
            long left = interval.toNanos();
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread; what it is at is done before. */
    void close() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }
}
