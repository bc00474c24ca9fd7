package io.github.camelllm.routes.hybrid;

/** Headers that the routes of this package read and set. JMS, Kafka and HTTP let those through that do not begin with Camel. */
public final class HybridHeaders {
    /** How good an answer is, 0 to 100 (Integer). */
    public static final String SCORE = "CamelLlmScore";

    /** Whether the larger model had to answer (Boolean). */
    public static final String ESCALATED = "CamelLlmEscalated";

    /** Id of the item that waits for a person (String); absent if none does. */
    public static final String REVIEW_ID = "LlmReviewId";

    /** What the person said: approved, changed or rejected (String). */
    public static final String REVIEW_DECISION = "LlmReviewDecision";

    /** Who decided, as the item says (String). */
    public static final String REVIEWER = "LlmReviewer";

    private HybridHeaders() {}
}
