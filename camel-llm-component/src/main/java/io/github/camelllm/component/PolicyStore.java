package io.github.camelllm.component;

import java.util.Map;

/**
 * Definitions of budgets and limits that are kept outside of files, where people and programs change them while nodes run.
 * Thread-safe; methods may block.
 */
public interface PolicyStore {
    /**
     * YAML texts of single definitions, by name.
     *
     * @param kind {@code budget} or {@code limit}
     */
    Map<String, String> load(String kind);

    /** Adds or replaces one. */
    void put(String kind, String name, String yaml, String actor);

    /** Takes one away; without effect if there is none. */
    void remove(String kind, String name, String actor);
}
