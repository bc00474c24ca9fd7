package io.github.camelllm.limit;

import io.github.camelllm.call.CallTarget;
import io.github.camelllm.transport.Credentials;
import io.github.camelllm.wire.RateLimitHeaders;
import io.github.camelllm.wire.RateLimitHeaders.Reading;
import io.github.camelllm.wire.RateLimitHeaders.Unit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What providers said is left of their limits, by provider, model, address and key. It can only hold attempts back: when less
 * is left than an attempt needs, it waits until the limit is reset. Not thread-safe.
 */
final class LearnedLimits {
    private static final int MOST_TARGETS = 1000;

    private final Map<Target, Map<Unit, Left>> targets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Target, Map<Unit, Left>> eldest) {
            return size() > MOST_TARGETS;
        }
    };

    private record Target(String provider, String model, String baseUrl, Credentials credentials) {
        static Target of(CallTarget target) {
            return new Target(target.provider(), target.model(), target.baseUrl(), target.credentials());
        }
    }

    /** What is left until a time. */
    private static final class Left {
        private long amount;
        private final long untilNanos;

        Left(long amount, long untilNanos) {
            this.amount = amount;
            this.untilNanos = untilNanos;
        }
    }

    /** Of two limits of one unit, such as the organisation's and the project's, the one with less left counts. */
    void heard(CallTarget target, RateLimitHeaders headers, long nowNanos) {
        Map<Unit, Left> units = new LinkedHashMap<>();
        for (Reading reading : headers.readings()) {
            reading.reset().ifPresent(reset -> {
                Left said = new Left(reading.remaining(), nowNanos + reset.toNanos());
                units.merge(reading.unit(), said, (a, b) -> a.amount <= b.amount ? a : b);
            });
        }
        if (!units.isEmpty()) {
            targets.computeIfAbsent(Target.of(target), absent -> new LinkedHashMap<>())
                    .putAll(units);
        }
    }

    private @Nullable Map<Unit, Left> of(CallTarget target) {
        return targets.isEmpty() ? null : targets.get(Target.of(target));
    }

    /** When an attempt may be sent as far as the provider has said: now, or later. */
    long readyAt(CallTarget target, Size size, long nowNanos) {
        Map<Unit, Left> units = of(target);
        long ready = nowNanos;
        if (units != null) {
            units.values().removeIf(left -> left.untilNanos - nowNanos <= 0);
            for (Map.Entry<Unit, Left> unit : units.entrySet()) {
                // A call that needs more than there ever is must not wait for that again and again
                if (unit.getValue().amount < Math.max(1, size.of(unit.getKey()))
                        && unit.getValue().untilNanos - ready > 0) {
                    ready = unit.getValue().untilNanos;
                }
            }
        }
        return ready;
    }

    /** An attempt is sent. */
    void sent(CallTarget target, Size size) {
        Map<Unit, Left> units = of(target);
        if (units != null) {
            units.forEach((unit, left) -> left.amount = Math.max(0, left.amount - size.of(unit)));
        }
    }

    /** For people: what is left, of the targets that are held back. */
    List<String> held(long nowNanos) {
        return targets.entrySet().stream()
                .filter(target -> target.getValue().values().stream()
                        .anyMatch(left -> left.amount == 0 && left.untilNanos - nowNanos > 0))
                .map(target ->
                        target.getKey().provider() + "/" + target.getKey().model())
                .toList();
    }

    /** How much an attempt needs. */
    record Size(long inputTokens, long outputTokens) {
        long of(Unit unit) {
            switch (unit) {
                case REQUESTS:
                    return 1;
                case INPUT_TOKENS:
                    return inputTokens;
                case OUTPUT_TOKENS:
                    return outputTokens;
                default:
                    return inputTokens + outputTokens;
            }
        }
    }
}
