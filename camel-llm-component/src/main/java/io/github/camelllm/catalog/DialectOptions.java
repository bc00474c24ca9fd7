package io.github.camelllm.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The dialects that a descriptor may name, and the switches of each (see
 * {@link io.github.camelllm.wire.WireProfile#options()}), so that a misspelt switch is refused and not ignored.
 */
final class DialectOptions {
    /** Stands for any text. */
    private static final Set<String> TEXT = Set.of("text");
    /** Stands for a whole number above zero. */
    private static final Set<String> NUMBER = Set.of("a whole number above 0");

    private static final Set<String> BOOLEAN = Set.of("true", "false");

    private static final Map<String, Map<String, Set<String>>> OPTIONS = Map.of(
            "openai-chat",
            Map.of(
                    "reasoning",
                    Set.of("reasoning_effort", "reasoning", "thinking", "enable_thinking", "none"),
                    "reasoning-replay",
                    Set.of("none", "reasoning_content", "reasoning", "reasoning_details"),
                    "reasoning-outside-output",
                    BOOLEAN,
                    "tool-choice-required",
                    Set.of("required", "any"),
                    "cache-control",
                    BOOLEAN,
                    "embeddings.max-inputs",
                    NUMBER,
                    "think-tags",
                    BOOLEAN),
            "anthropic",
            Map.of(
                    "anthropic-version",
                    TEXT,
                    "anthropic-beta",
                    TEXT,
                    "thinking",
                    Set.of("adaptive", "budget", "none"),
                    "mid-system",
                    BOOLEAN),
            "gemini",
            Map.of("thinking", Set.of("level", "budget", "none"), "schema-field", TEXT, "labels", BOOLEAN));

    private DialectOptions() {}

    static Set<String> dialects() {
        return OPTIONS.keySet();
    }

    /** Names of a dialect's switches. */
    static Set<String> names(String dialect) {
        return OPTIONS.getOrDefault(dialect, Map.of()).keySet();
    }

    /** What a switch must be, if the value is not that; empty if the value is right. */
    static Optional<Set<String>> expectedInstead(String dialect, String option, String value) {
        Set<String> allowed = OPTIONS.getOrDefault(dialect, Map.of()).getOrDefault(option, TEXT);
        boolean right;
        if (allowed.equals(TEXT)) {
            right = !value.isBlank();
        } else if (allowed.equals(NUMBER)) {
            right = value.matches("[1-9]\\d{0,8}");
        } else {
            right = allowed.contains(value);
        }
        return right ? Optional.empty() : Optional.of(allowed);
    }
}
