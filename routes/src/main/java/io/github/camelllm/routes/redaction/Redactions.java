package io.github.camelllm.routes.redaction;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What stands behind the placeholders of one exchange. Immutable; copies of an exchange may share it. It does not go into
 * queues and files, and its text form tells no value.
 */
final class Redactions {
    /** Exchange property. */
    static final String PROPERTY = "CamelLlmRedactions";

    static final Redactions NONE = new Redactions(Map.of());

    private final Map<String, String> values;

    private Redactions(Map<String, String> values) {
        this.values = values;
    }

    static Redactions of(Map<String, String> valuesByPlaceholder) {
        return new Redactions(Map.copyOf(valuesByPlaceholder));
    }

    /** Values by placeholder; a copy that may be changed. */
    Map<String, String> toMap() {
        return new LinkedHashMap<>(values);
    }

    @Override
    public String toString() {
        return "Redactions[" + values.size() + "]";
    }
}
