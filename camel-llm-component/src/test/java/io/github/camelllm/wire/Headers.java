package io.github.camelllm.wire;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Headers from a list of names and values. */
final class Headers implements WireHeaders {
    private final List<String> namesAndValues;

    private Headers(List<String> namesAndValues) {
        this.namesAndValues = namesAndValues;
    }

    static Headers of(String... namesAndValues) {
        return new Headers(List.of(namesAndValues));
    }

    @Override
    public Optional<String> first(String name) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equalsIgnoreCase(name)) {
                return Optional.of(namesAndValues.get(i + 1));
            }
        }
        return Optional.empty();
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            action.accept(namesAndValues.get(i), namesAndValues.get(i + 1));
        }
    }
}
