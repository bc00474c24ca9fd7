package io.github.camelllm.component;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Definitions that are gone when the process ends. */
final class MemoryPolicyStore implements PolicyStore {
    private final Map<String, Map<String, String>> byKind = new ConcurrentHashMap<>();

    @Override
    public Map<String, String> load(String kind) {
        return new TreeMap<>(byKind.getOrDefault(kind, Map.of()));
    }

    @Override
    public void put(String kind, String name, String yaml, String actor) {
        byKind.computeIfAbsent(kind, absent -> new ConcurrentHashMap<>()).put(name, yaml);
    }

    @Override
    public void remove(String kind, String name, String actor) {
        byKind.getOrDefault(kind, new ConcurrentHashMap<>()).remove(name);
    }
}
