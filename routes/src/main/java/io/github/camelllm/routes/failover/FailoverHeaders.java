package io.github.camelllm.routes.failover;

/**
 * Headers that the routes of this package read and set. Those that begin with {@code CamelLlm} stay inside of a Camel
 * context; JMS, Kafka and HTTP let the others through.
 */
public final class FailoverHeaders {
    /** How many models were asked until one answered (Integer). */
    public static final String ATTEMPTS = "CamelLlmAttempts";

    /** Simple class name of the failure that made a fallback answer, or CircuitOpen (String); absent if none was needed. */
    public static final String FALLBACK_REASON = "CamelLlmFallbackReason";

    /** Cost of the call whose answer was taken, without the others (BigDecimal); absent if unknown. */
    public static final String ANSWER_COST = "CamelLlmAnswerCost";

    /** How many calls were still running when the answer was taken (Integer). */
    public static final String RUNNING_CALLS = "CamelLlmRunningCalls";

    /** How many models gave the answer that won a vote (Integer). */
    public static final String VOTES = "CamelLlmVotes";

    /** The share of all models asked that gave the answer that won, 0 to 1 (BigDecimal, two digits). */
    public static final String AGREEMENT = "CamelLlmAgreement";

    /** Lane of a message that waits for a quota: high, normal or low (String). */
    public static final String PRIORITY = "LlmPriority";

    /** Ties a later message, such as a correction, to the first one (String). */
    public static final String CORRELATION_ID = "LlmCorrelationId";

    /** Simple class name of the failure, such as LlmUnavailableException (String). */
    public static final String FAILURE = "LlmFailure";

    /** {@code error.type} of the failure, such as rate_limit_exceeded (String). */
    public static final String FAILURE_TYPE = "LlmFailureType";

    /** What failed, without prompts and without the provider's words (String). */
    public static final String FAILURE_MESSAGE = "LlmFailureMessage";

    /** HTTP status of the failure; 0 if no answer came (Integer). */
    public static final String FAILURE_STATUS = "LlmFailureStatus";

    /** Whether the same question may succeed later (Boolean). */
    public static final String FAILURE_RETRYABLE = "LlmFailureRetryable";

    /** The model that failed, as provider/model (String). */
    public static final String FAILURE_MODEL = "LlmFailureModel";

    /** The provider's id of the failed request, if it sent one (String). */
    public static final String FAILURE_REQUEST_ID = "LlmFailureRequestId";

    /** When the message was given up, ISO 8601 in UTC (String). */
    public static final String FAILURE_TIME = "LlmFailureTime";

    /** How often the question was asked before it was given up (Integer). */
    public static final String FAILURE_ATTEMPTS = "LlmFailureAttempts";

    /** How often a dead letter was sent back (Integer). */
    public static final String REPLAYS = "LlmReplays";

    private FailoverHeaders() {}
}
