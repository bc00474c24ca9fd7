package io.github.camelllm.routes.quality;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What this process did with judgements since it started, by what judged. Thread-safe. */
public final class QualityCounters {
    private final Map<String, Map<Event, LongAdder>> counts = new ConcurrentHashMap<>();

    /** What can happen. */
    public enum Event {
        /** A judgement is kept. */
        KEPT,
        /** There was nothing to judge, or no budget to do so. */
        SKIPPED,
        /** A judgement could not be made or kept. */
        FAILED,
        /** An answer was not judged, as too many waited already. */
        DROPPED,
        /** A kept judgement was thrown away: its call is another's. */
        REFUSED,
        /** A kept judgement was thrown away: its call never came into the ledger. */
        FORGOTTEN
    }

    void count(String name, Event event, long times) {
        if (times > 0) {
            counts.computeIfAbsent(name, absent -> new ConcurrentHashMap<>())
                    .computeIfAbsent(event, absent -> new LongAdder())
                    .add(times);
        }
    }

    /** How often something happened so far. */
    public long of(String name, Event event) {
        LongAdder count = counts.getOrDefault(name, Map.of()).get(event);
        return count == null ? 0 : count.sum();
    }

    /** All that happened, by what judged. */
    public Map<String, Map<Event, Long>> all() {
        Map<String, Map<Event, Long>> all = new TreeMap<>();
        counts.forEach((name, events) -> {
            Map<Event, Long> row = new TreeMap<>();
            events.forEach((event, count) -> row.put(event, count.sum()));
            all.put(name, row);
        });
        return all;
    }
}
