package io.github.camelllm.budget;

import io.github.camelllm.call.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Lets the attempts of accounts that are overspent through one after another, evenly spaced. Thread-safe. */
final class Throttle {
    /** An attempt that would wait longer is refused. */
    static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private static final int MOST_ACCOUNTS = 10_000;

    private final Timer timer;
    private final ReentrantLock lock = new ReentrantLock();
    /** When the next attempt of an account may go. Those not used for longest are forgotten first. */
    private final Map<String, Long> nextNanos = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_ACCOUNTS;
        }
    };

    Throttle(Timer timer) {
        this.timer = timer;
    }

    /** How long the next attempt must wait. One that would wait too long takes no turn. */
    Duration nextTurn(Share share) {
        long gap = Duration.ofMinutes(1).toNanos() / share.budget().throttleTo().orElse(1);
        long now = timer.nanoTime();
        lock.lock();
        try {
            Long planned = nextNanos.get(share.accountName());
            long turn = planned == null || planned - now < 0 ? now : planned;
            Duration wait = Duration.ofNanos(turn - now);
            if (wait.compareTo(LONGEST_WAIT) <= 0) {
                nextNanos.put(share.accountName(), turn + gap);
            }
            return wait;
        } finally {
            lock.unlock();
        }
    }
}
