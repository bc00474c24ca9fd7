package io.github.camelllm.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a YAML file or of flat properties, with the place where it is written. */
public sealed interface ConfigNode {
    /** Such as {@code acme.yaml line 4} or {@code property acme.auth.scheme}. */
    String where();

    /** What came, for an error message: {@code 'text'}, {@code a list}, {@code a map}, {@code nothing}. */
    String describe();

    /** What a scalar was written as. */
    enum Kind {
        TEXT,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        NULL
    }

    /** A scalar. */
    record Scalar(String where, String value, Kind kind) implements ConfigNode {
        @Override
        public String describe() {
            return kind == Kind.NULL ? "nothing" : "'" + value + "'";
        }
    }

    /** A list. */
    record Items(String where, List<ConfigNode> items) implements ConfigNode {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A map, in the order written. */
    record Entries(String where, Map<String, ConfigNode> members) implements ConfigNode {
        public Entries {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        @Override
        public String describe() {
            return "a map";
        }

        /**
         * These entries with others laid over them: maps are merged key by key, lists and scalars replaced, and a key set
         * to nothing is taken away.
         */
        Entries overlaidBy(Entries over) {
            Map<String, ConfigNode> merged = new LinkedHashMap<>(members);
            over.members.forEach((key, value) -> {
                ConfigNode below = merged.get(key);
                if (value instanceof Scalar scalar && scalar.kind() == Kind.NULL) {
                    merged.remove(key);
                } else if (value instanceof Entries map && below instanceof Entries base) {
                    merged.put(key, base.overlaidBy(map));
                } else {
                    merged.put(key, value);
                }
            });
            return new Entries(over.where, merged);
        }

        Entries with(String key, ConfigNode value) {
            Map<String, ConfigNode> changed = new LinkedHashMap<>(members);
            changed.put(key, value);
            return new Entries(where, changed);
        }

        Entries without(String key) {
            Map<String, ConfigNode> changed = new LinkedHashMap<>(members);
            changed.remove(key);
            return new Entries(where, changed);
        }
    }
}
