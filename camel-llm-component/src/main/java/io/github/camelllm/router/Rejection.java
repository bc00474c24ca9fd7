package io.github.camelllm.router;

/**
 * Why a target cannot serve a request: the first constraint that it does not satisfy, in the order of {@link Reason}.
 *
 * @param required what the constraint demands, for people
 * @param actual what the target has; {@code unknown} if that is not known
 */
public record Rejection(Candidate.Single candidate, Reason reason, String required, String actual) {
    /** The constraints, in the order in which they are looked at. */
    public enum Reason {
        CONDITION("condition"),
        ALLOW("allowed models"),
        DENY("denied models"),
        CAPABILITY("capability"),
        CONTEXT_WINDOW("context window"),
        MAX_OUTPUT_TOKENS("longest answer"),
        REGIONS("regions"),
        NO_TRAINING("training on API data"),
        ZERO_RETENTION("zero retention"),
        MAX_RETENTION_DAYS("days of retention"),
        MAX_INPUT_PRICE("input price per million tokens"),
        MAX_OUTPUT_PRICE("output price per million tokens"),
        MAX_COST("expected cost"),
        /** Last: a target rejected for this satisfies all other constraints and may serve the request later. */
        CIRCUIT_OPEN("circuit");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    /** Such as {@code openai/gpt-5-mini (regions: expected all in [eu], is [global])}. */
    @Override
    public String toString() {
        return candidate.name() + " (" + reason.words + ": expected " + required + ", is " + actual + ")";
    }
}
