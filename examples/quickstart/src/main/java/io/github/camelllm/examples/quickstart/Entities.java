package io.github.camelllm.examples.quickstart;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Entities of an answer as one readable column. A bean of the routes. */
public final class Entities {
    /** Such as {@code people: Anna Weber, Jonas Berg; references: KX-2291}; kinds without any are left out. */
    public String text(Map<String, List<String>> entities) {
        return entities.entrySet().stream()
                .filter(kind -> !kind.getValue().isEmpty())
                .map(kind -> kind.getKey() + ": " + String.join(", ", kind.getValue()))
                .collect(Collectors.joining("; "));
    }
}
