package io.github.camelllm.routes.gateway.keys;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a key may, and what is known of it.
 *
 * @param models globs of the models that may be asked; empty for all
 * @param tags labels of its calls
 * @param metadata for people; calls do not carry it
 * @param budgets definitions of budgets as JSON objects, without name and key: {@code {"limit":"50 USD","window":"month"}}
 * @param limits definitions of rate limits, likewise
 */
record KeyGrants(
        List<String> models,
        Map<String, String> tags,
        Map<String, String> metadata,
        List<String> budgets,
        List<String> limits) {
    KeyGrants {
        models = List.copyOf(models);
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        budgets = List.copyOf(budgets);
        limits = List.copyOf(limits);
    }
}
