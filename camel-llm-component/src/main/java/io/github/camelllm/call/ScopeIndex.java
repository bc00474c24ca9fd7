package io.github.camelllm.call;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Definitions by what their scopes ask for, so that an attempt looks only at those that can be meant: of the budgets of a
 * thousand keys at those of its own key. Immutable.
 */
public final class ScopeIndex<D> {
    /** The tag that there are many definitions for, each for one value. */
    private static final String TAG = "key";

    private final List<D> always = new ArrayList<>();
    private final Map<String, List<D>> byKey = new HashMap<>();

    public ScopeIndex(Collection<D> definitions, Function<D, CallScope> scope) {
        for (D definition : definitions) {
            Set<String> keys = scope.apply(definition).dimensions().getOrDefault(TAG, Set.of());
            if (keys.isEmpty()) {
                always.add(definition);
            } else {
                keys.forEach(key ->
                        byKey.computeIfAbsent(key, first -> new ArrayList<>()).add(definition));
            }
        }
    }

    /** All whose scope means an attempt with these tags, and others; those of its key are the last ones. Not to be changed. */
    public List<D> candidates(Map<String, String> tags) {
        List<D> own = byKey.isEmpty() ? null : byKey.get(tags.getOrDefault(TAG, ""));
        if (own == null) {
            return always;
        }
        List<D> both = new ArrayList<>(always.size() + own.size());
        both.addAll(always);
        both.addAll(own);
        return both;
    }
}
