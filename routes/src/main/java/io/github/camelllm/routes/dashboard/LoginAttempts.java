package io.github.camelllm.routes.dashboard;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds how many wrong secrets may be tried in a minute: ten from one address, a hundred from all. Who is beyond that is
 * refused whatever the secret, so that trying on tells nothing. Thread-safe.
 */
final class LoginAttempts {
    static final int MOST_OF_ADDRESS = 10;
    static final int MOST_OF_ALL = 100;
    private static final int MOST_ADDRESSES = 1000;
    private static final String ALL = "all";

    private final Clock clock;
    private final Map<String, Integer> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };
    private long minute;

    LoginAttempts(Clock clock) {
        this.clock = clock;
    }

    /** Whether no more secrets are looked at for now, right or wrong. */
    synchronized boolean isBlocked(String address) {
        forgetEarlierMinute();
        return failures.getOrDefault(key(address), 0) >= MOST_OF_ADDRESS
                || failures.getOrDefault(ALL, 0) >= MOST_OF_ALL;
    }

    synchronized void failed(String address) {
        forgetEarlierMinute();
        failures.merge(key(address), 1, Integer::sum);
        failures.merge(ALL, 1, Integer::sum);
    }

    private void forgetEarlierMinute() {
        long now = clock.instant().getEpochSecond() / 60;
        if (now != minute) {
            failures.clear();
            minute = now;
        }
    }

    private static String key(String address) {
        return "from " + address;
    }

    /** Seconds until attempts are counted anew. */
    long secondsLeft() {
        return 60 - clock.instant().getEpochSecond() % 60;
    }
}
