package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.CallOutcome;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a batch of attempts adds to the sums by minute, hour and day. Not thread-safe.
 *
 * <p>Each attempt counts in the row for all, and once for each of its tags that sums are kept for. Durations are those of attempts
 * that a provider answered to the end: what was refused, broke off or came from a cache says nothing about how fast it is.
 */
final class Rollups {
    /** The columns of {@code llm_rollup} that attempts add to. */
    static final List<String> SUMS = List.of(
            "attempts",
            "failed",
            "cancelled",
            "interrupted",
            "cache_hits",
            "unpriced",
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "reasoning_output_tokens",
            "cost_nanos",
            "saved_nanos");

    static final String LATENCY = "latency";
    static final String FIRST_CHUNK = "first_chunk";

    private static final long[] ONE = {1};

    private final List<String> tagNames;
    private final Map<SumKey, long[]> minutes = new HashMap<>();
    private final Map<DurationKey, long[]> minuteDurations = new HashMap<>();

    /** A length of time that sums are kept for, from the shortest to the longest. */
    enum Grain {
        MINUTE("minute", ChronoUnit.MINUTES),
        HOUR("hour", ChronoUnit.HOURS),
        DAY("day", ChronoUnit.DAYS);

        private final String column;
        private final ChronoUnit unit;

        Grain(String column, ChronoUnit unit) {
            this.column = column;
            this.unit = unit;
        }

        Instant begin(Instant at) {
            return at.truncatedTo(unit);
        }

        String column() {
            return column;
        }
    }

    /** The key of {@code llm_rollup}. */
    record SumKey(
            String grain,
            Instant bucket,
            String tagName,
            String tagValue,
            String provider,
            String model,
            String operation,
            String currency)
            implements Comparable<SumKey> {
        private static final Comparator<SumKey> ORDER = Comparator.comparing(SumKey::grain)
                .thenComparing(SumKey::bucket)
                .thenComparing(SumKey::tagName)
                .thenComparing(SumKey::tagValue)
                .thenComparing(SumKey::provider)
                .thenComparing(SumKey::model)
                .thenComparing(SumKey::operation)
                .thenComparing(SumKey::currency);

        @Override
        public int compareTo(SumKey other) {
            return ORDER.compare(this, other);
        }

        SumKey of(Grain grain) {
            return new SumKey(
                    grain.column(), grain.begin(bucket), tagName, tagValue, provider, model, operation, currency);
        }
    }

    /** The key of {@code llm_rollup_duration}. */
    record DurationKey(
            String grain,
            Instant bucket,
            String tagName,
            String tagValue,
            String provider,
            String model,
            String measure,
            int le)
            implements Comparable<DurationKey> {
        private static final Comparator<DurationKey> ORDER = Comparator.comparing(DurationKey::grain)
                .thenComparing(DurationKey::bucket)
                .thenComparing(DurationKey::tagName)
                .thenComparing(DurationKey::tagValue)
                .thenComparing(DurationKey::provider)
                .thenComparing(DurationKey::model)
                .thenComparing(DurationKey::measure)
                .thenComparingInt(DurationKey::le);

        @Override
        public int compareTo(DurationKey other) {
            return ORDER.compare(this, other);
        }

        DurationKey of(Grain grain) {
            return new DurationKey(
                    grain.column(), grain.begin(bucket), tagName, tagValue, provider, model, measure, le);
        }
    }

    /** @param tagNames the tags that sums are kept for */
    Rollups(List<String> tagNames) {
        this.tagNames = tagNames;
    }

    void add(AttemptRow row) {
        long[] sums = sums(row);
        Instant minute = Grain.MINUTE.begin(row.startedAt());
        add(row, minute, "", "", sums);
        for (String name : tagNames) {
            String value = row.tags().get(name);
            if (value != null && !value.isEmpty()) {
                add(row, minute, name, Columns.cut(value, TagsJson.VALUE_CHARS), sums);
            }
        }
    }

    private void add(AttemptRow row, Instant minute, String tagName, String tagValue, long[] sums) {
        String provider = Columns.cut(row.provider(), AttemptTable.NAME_CHARS);
        String model = Columns.cut(row.requestModel(), AttemptTable.MODEL_CHARS);
        String grain = Grain.MINUTE.column();
        plus(
                minutes,
                new SumKey(
                        grain,
                        minute,
                        tagName,
                        tagValue,
                        provider,
                        model,
                        row.operation(),
                        row.costAmount().map(Amount::currency).orElse("")),
                sums);
        if (row.outcome() != CallOutcome.SUCCEEDED || row.cacheHit().isPresent()) {
            return;
        }
        plus(
                minuteDurations,
                new DurationKey(
                        grain,
                        minute,
                        tagName,
                        tagValue,
                        provider,
                        model,
                        LATENCY,
                        DurationClasses.indexOf(row.latencyMicros())),
                ONE);
        if (row.firstChunkMicros().isPresent()) {
            plus(
                    minuteDurations,
                    new DurationKey(
                            grain,
                            minute,
                            tagName,
                            tagValue,
                            provider,
                            model,
                            FIRST_CHUNK,
                            DurationClasses.indexOf(row.firstChunkMicros().getAsLong())),
                    ONE);
        }
    }

    private static long[] sums(AttemptRow row) {
        BookedUsage usage = row.usage().orElse(BookedUsage.UNKNOWN);
        return new long[] {
            1,
            one(row.outcome() == CallOutcome.FAILED),
            one(row.outcome() == CallOutcome.CANCELLED),
            one(row.outcome() == CallOutcome.INTERRUPTED),
            one(row.cacheHit().isPresent()),
            one(row.unpriced()),
            usage.input(),
            usage.output(),
            usage.cacheRead(),
            usage.reasoning(),
            row.costAmount().map(Amount::nanos).orElse(0L),
            row.cacheHit().flatMap(AttemptRow.Hit::saved).map(Amount::nanos).orElse(0L)
        };
    }

    private static long one(boolean yes) {
        return yes ? 1 : 0;
    }

    /** What is added to {@code llm_rollup}, in the order of its key. */
    SortedMap<SumKey, long[]> sums() {
        SortedMap<SumKey, long[]> all = new TreeMap<>();
        minutes.forEach((key, sums) -> {
            for (Grain grain : Grain.values()) {
                plus(all, key.of(grain), sums);
            }
        });
        return all;
    }

    /** What is added to {@code llm_rollup_duration}, in the order of its key. */
    SortedMap<DurationKey, long[]> durations() {
        SortedMap<DurationKey, long[]> all = new TreeMap<>();
        minuteDurations.forEach((key, count) -> {
            for (Grain grain : Grain.values()) {
                plus(all, key.of(grain), count);
            }
        });
        return all;
    }

    private static <K> void plus(Map<K, long[]> map, K key, long[] more) {
        long[] sums = map.computeIfAbsent(key, absent -> new long[more.length]);
        for (int i = 0; i < more.length; i++) {
            sums[i] = Math.addExact(sums[i], more[i]);
        }
    }
}
