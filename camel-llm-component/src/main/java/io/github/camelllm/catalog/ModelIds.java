package io.github.camelllm.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the entry for a model id, also where only the family of a dated id is listed. */
final class ModelIds {
    /** {@code gpt-5-mini-2025-08-07}, {@code claude-haiku-4-5-20251001}, {@code claude-haiku-4-5@20251001}, {@code grok-4-latest}. */
    private static final Pattern ENDING =
            Pattern.compile("(-20\\d\\d-[01]\\d-[0-3]\\d|[-@]20\\d{2}[01]\\d[0-3]\\d|[-@]latest)$");

    private ModelIds() {}

    /**
     * The id that is listed for a model: itself, else its family. Short dates such as {@code -2512} are part of the
     * name: {@code mistral-large-2407} and {@code mistral-large-2512} are different models.
     */
    static Optional<String> listed(String model, Map<String, ?> entries) {
        if (entries.containsKey(model)) {
            return Optional.of(model);
        }
        String family = ENDING.matcher(model).replaceFirst("");
        return !family.equals(model) && entries.containsKey(family) ? Optional.of(family) : Optional.empty();
    }
}
