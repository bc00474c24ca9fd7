package io.github.camelllm.call;

import io.github.camelllm.transport.Credentials;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The health of all targets, each known by provider, model, address and key. Thread-safe; beyond {@link #MAX_TARGETS} the one
 * that was looked up longest ago is forgotten.
 */
public final class TargetHealths {
    static final int MAX_TARGETS = 1000;

    private final HealthSettings settings;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, TargetHealth> targets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, TargetHealth> eldest) {
            return size() > MAX_TARGETS;
        }
    };

    public TargetHealths(HealthSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    private record Key(String provider, String model, String baseUrl, Credentials credentials) {}

    /** The health that all who ask for the same target share. */
    public TargetHealth of(String provider, String model, String baseUrl, Credentials credentials) {
        lock.lock();
        try {
            return targets.computeIfAbsent(
                    new Key(provider, model, baseUrl, credentials),
                    key -> new TargetHealth(provider + "/" + model, settings, clock));
        } finally {
            lock.unlock();
        }
    }

    /** All targets known, by name. Targets that differ in address or key only have the same name. */
    public List<TargetHealth> all() {
        lock.lock();
        try {
            return targets.values().stream()
                    .sorted(Comparator.comparing(TargetHealth::name))
                    .toList();
        } finally {
            lock.unlock();
        }
    }
}
