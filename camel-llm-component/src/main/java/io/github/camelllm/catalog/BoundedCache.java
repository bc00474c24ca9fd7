package io.github.camelllm.catalog;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Values computed once for each text asked, as long as they are few: model ids come from callers, so that nobody must be
 * able to fill the memory with them. Thread-safe; computing must be free of side effects.
 */
final class BoundedCache<V> {
    private static final int MOST_ENTRIES = 2_000;
    private static final int LONGEST_KEY = 256;

    private final ConcurrentHashMap<String, V> values = new ConcurrentHashMap<>();
    private final Function<String, V> compute;

    BoundedCache(Function<String, V> compute) {
        this.compute = compute;
    }

    V get(String key) {
        V known = values.get(key);
        if (known != null) {
            return known;
        }
        V computed = compute.apply(key);
        if (key.length() <= LONGEST_KEY) {
            if (values.size() >= MOST_ENTRIES) {
                // Rare and cheap to fill again; keeping an order of use would cost on every call.
                values.clear();
            }
            values.put(key, computed);
        }
        return computed;
    }

    int size() {
        return values.size();
    }
}
