package io.github.camelllm.chat;

import java.util.List;
import java.util.Locale;

/**
 * How much a reasoning model should think before it answers; each model takes a subset. Some models take a budget of thinking
 * tokens instead: {@link #budgetTokens()} and {@link #ofBudget} go from one to the other and back.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/openai#thinking">Budgets of Google's endpoint for OpenAI's clients</a>
 */
public enum ReasoningEffort {
    NONE(0),
    MINIMAL(512),
    LOW(1_024),
    MEDIUM(8_192),
    HIGH(24_576),
    /** There is no larger budget that all models take. */
    XHIGH(24_576),
    MAX(24_576);

    private final int budgetTokens;

    ReasoningEffort(int budgetTokens) {
        this.budgetTokens = budgetTokens;
    }

    /** The thinking tokens that stand for it. */
    public int budgetTokens() {
        return budgetTokens;
    }

    /**
     * The most effort whose own budget lies within one, {@link #HIGH} at most; {@link #MINIMAL} for less than that has.
     *
     * @param tokens upper bound of thinking tokens; 0 is no effort
     */
    public static ReasoningEffort ofBudget(int tokens) {
        if (tokens <= 0) {
            return NONE;
        }
        ReasoningEffort within = MINIMAL;
        for (ReasoningEffort effort : List.of(LOW, MEDIUM, HIGH)) {
            if (effort.budgetTokens <= tokens) {
                within = effort;
            }
        }
        return within;
    }

    /** The lower-case word that the wire formats use. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
