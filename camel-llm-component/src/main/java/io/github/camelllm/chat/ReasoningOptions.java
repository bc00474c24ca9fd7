package io.github.camelllm.chat;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a reasoning model should think.
 *
 * @param budgetTokens upper bound of thinking tokens, for models that take one; 0 turns thinking off
 * @param includeThoughts whether readable reasoning should come back; empty for the provider's default
 */
public record ReasoningOptions(
        Optional<ReasoningEffort> effort, OptionalInt budgetTokens, Optional<Boolean> includeThoughts) {
    public static ReasoningOptions of(ReasoningEffort effort) {
        return new ReasoningOptions(Optional.of(effort), OptionalInt.empty(), Optional.empty());
    }

    public static ReasoningOptions ofBudget(int tokens) {
        return new ReasoningOptions(Optional.empty(), OptionalInt.of(tokens), Optional.empty());
    }
}
