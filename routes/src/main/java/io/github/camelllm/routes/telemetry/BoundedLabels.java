package io.github.camelllm.routes.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Values of one label, the first so many of them; further ones are told as {@link #OTHER}. Thread-safe. */
final class BoundedLabels {
    /** Stands for all values that have no place. */
    static final String OTHER = "other";

    private static final int MOST_CHARS = 128;

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final int most;

    BoundedLabels(int most) {
        this.most = most;
    }

    /** @param mayClaim whether a new value takes a place; if not it is told only if it has one */
    String of(String value, boolean mayClaim) {
        if (known.contains(value)) {
            return value;
        }
        // The set may end a few above the bound if several come at once
        if (!mayClaim || known.size() >= most || value.length() > MOST_CHARS || !isPlain(value)) {
            return OTHER;
        }
        known.add(value);
        return value;
    }

    private static boolean isPlain(String value) {
        return value.codePoints().noneMatch(Character::isISOControl);
    }
}
