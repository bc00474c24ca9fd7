package io.github.camelllm.call;

import io.github.camelllm.chat.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Running totals for each provider and model since start, for consoles. Thread-safe; keeps at most {@link #MAX_MODELS}
 * models apart and counts further ones together as {@code other/other}.
 */
public final class CallStatistics implements CallRecordListener {
    static final int MAX_MODELS = 1000;

    private static final String OTHER = "other/other";

    private final ConcurrentHashMap<String, Totals> byModel = new ConcurrentHashMap<>();

    @Override
    public void onRecord(CallRecord record) {
        totals(record.provider() + "/" + record.requestModel()).add(record);
    }

    /** What has been counted so far, in the order of provider and model. */
    public List<ModelStatistics> snapshot() {
        Map<String, Totals> sorted = new TreeMap<>(byModel);
        return sorted.entrySet().stream()
                .map(entry -> entry.getValue().snapshot(entry.getKey()))
                .toList();
    }

    /**
     * Totals of one model.
     *
     * @param model provider and model, such as {@code groq/llama-3.3-70b-versatile}
     * @param unpricedCalls successful calls whose usage or price is unknown; they are not in {@code cost}
     * @param cost in the price book's currency
     * @param p50Latency within an eighth, as is p95Latency
     */
    public record ModelStatistics(
            String model,
            long calls,
            long failures,
            long cancelled,
            long inputTokens,
            long outputTokens,
            BigDecimal cost,
            long unpricedCalls,
            Duration p50Latency,
            Duration p95Latency) {}

    private Totals totals(String model) {
        Totals known = byModel.get(model);
        if (known != null) {
            return known;
        }
        String key = byModel.size() < MAX_MODELS ? model : OTHER;
        return byModel.computeIfAbsent(key, absent -> new Totals());
    }

    private static final class Totals {
        final LongAdder calls = new LongAdder();
        final LongAdder failures = new LongAdder();
        final LongAdder cancelled = new LongAdder();
        final LongAdder inputTokens = new LongAdder();
        final LongAdder outputTokens = new LongAdder();
        final LongAdder costNanos = new LongAdder();
        final LongAdder unpriced = new LongAdder();
        final LatencyBuckets latencies = new LatencyBuckets();

        void add(CallRecord record) {
            calls.increment();
            if (record.outcome() == CallOutcome.FAILED) {
                failures.increment();
            } else if (record.outcome() == CallOutcome.CANCELLED) {
                cancelled.increment();
            } else {
                latencies.add(record.latency());
            }
            record.usage().ifPresent(this::add);
            if (record.cost().isPresent()) {
                costNanos.add(record.cost().get().nanos());
            } else if (record.outcome() == CallOutcome.SUCCEEDED && record.operation() != Operation.MODELS) {
                unpriced.increment();
            }
        }

        private void add(Usage usage) {
            inputTokens.add(usage.inputTokens().orElse(0));
            outputTokens.add(usage.outputTokens().orElse(0));
        }

        ModelStatistics snapshot(String model) {
            return new ModelStatistics(
                    model,
                    calls.sum(),
                    failures.sum(),
                    cancelled.sum(),
                    inputTokens.sum(),
                    outputTokens.sum(),
                    BigDecimal.valueOf(costNanos.sum(), 9).stripTrailingZeros(),
                    unpriced.sum(),
                    latencies.quantile(0.5),
                    latencies.quantile(0.95));
        }
    }

    /** Microseconds in buckets of eight a power of two, so that each bucket's bounds are within an eighth. */
    static final class LatencyBuckets {
        private static final int PER_POWER = 8;

        private final AtomicLongArray counts = new AtomicLongArray(64 * PER_POWER);

        void add(Duration latency) {
            counts.incrementAndGet(bucketOf(Math.max(1, latency.toNanos() / 1000)));
        }

        Duration quantile(double q) {
            long total = 0;
            for (int i = 0; i < counts.length(); i++) {
                total += counts.get(i);
            }
            long rank = (long) Math.ceil(q * total);
            long seen = 0;
            for (int i = 0; i < counts.length(); i++) {
                seen += counts.get(i);
                if (seen >= rank && seen > 0) {
                    return Duration.ofNanos(upperMicros(i) * 1000);
                }
            }
            return Duration.ZERO;
        }

        private static int bucketOf(long micros) {
            int power = 63 - Long.numberOfLeadingZeros(micros);
            long fraction = power < 3 ? micros << (3 - power) : micros >>> (power - 3);
            return power * PER_POWER + (int) (fraction & (PER_POWER - 1));
        }

        private static long upperMicros(int bucket) {
            int power = bucket / PER_POWER;
            long eighths = PER_POWER + bucket % PER_POWER + 1;
            return power < 3 ? Math.max(1, eighths >>> (3 - power)) : eighths << (power - 3);
        }
    }
}
