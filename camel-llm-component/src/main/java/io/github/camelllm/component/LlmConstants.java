package io.github.camelllm.component;

import org.apache.camel.spi.Metadata;

/** Names of the headers and exchange properties that the component reads and sets. Values are of JDK types. */
public final class LlmConstants {
    // Headers read: each overrides the option of the same name for one call.

    @Metadata(label = "producer", description = "What to do: chat, embeddings or models", javaType = "String")
    public static final String OPERATION = "CamelLlmOperation";

    @Metadata(label = "producer", description = "Model to ask instead of the endpoint's", javaType = "String")
    public static final String MODEL = "CamelLlmModel";

    @Metadata(label = "producer", description = "Instructions that stand above the conversation", javaType = "String")
    public static final String SYSTEM_MESSAGE = "CamelLlmSystemMessage";

    @Metadata(
            label = "producer",
            description = "The prompt. It is used instead of a text body, and beside a body that is a file or media",
            javaType = "String")
    public static final String USER_MESSAGE = "CamelLlmUserMessage";

    @Metadata(label = "producer", description = "Randomness of the answer", javaType = "Double")
    public static final String TEMPERATURE = "CamelLlmTemperature";

    @Metadata(label = "producer", description = "Nucleus sampling, 0 to 1", javaType = "Double")
    public static final String TOP_P = "CamelLlmTopP";

    @Metadata(label = "producer", description = "Number of candidate tokens", javaType = "Integer")
    public static final String TOP_K = "CamelLlmTopK";

    @Metadata(
            label = "producer",
            description = "Upper bound of the answer in tokens, reasoning included",
            javaType = "Integer")
    public static final String MAX_TOKENS = "CamelLlmMaxTokens";

    @Metadata(label = "producer", description = "Strings that end the answer, separated by commas", javaType = "String")
    public static final String STOP = "CamelLlmStop";

    @Metadata(label = "producer", description = "Seed for repeatable sampling", javaType = "Long")
    public static final String SEED = "CamelLlmSeed";

    @Metadata(
            label = "producer",
            description = "How much a reasoning model should think: none, minimal, low, medium, high, xhigh or max",
            javaType = "String")
    public static final String REASONING_EFFORT = "CamelLlmReasoningEffort";

    @Metadata(label = "producer", description = "Whether the answer comes as a stream", javaType = "Boolean")
    public static final String STREAMING = "CamelLlmStreaming";

    @Metadata(label = "producer", description = "Class name of the type that the answer becomes", javaType = "String")
    public static final String OUTPUT_CLASS = "CamelLlmOutputClass";

    @Metadata(label = "producer", description = "JSON Schema that the answer must conform to", javaType = "String")
    public static final String JSON_SCHEMA = "CamelLlmJsonSchema";

    @Metadata(label = "producer", description = "Tools in OpenAI shape, as JSON text or a List", javaType = "Object")
    public static final String TOOLS = "CamelLlmTools";

    @Metadata(
            label = "producer",
            description = "Whether a tool must be used: auto, none, required or a tool's name",
            javaType = "String")
    public static final String TOOL_CHOICE = "CamelLlmToolChoice";

    @Metadata(label = "producer", description = "Opaque id of the end user, for the provider", javaType = "String")
    public static final String USER = "CamelLlmUser";

    @Metadata(
            label = "producer",
            description = "Media type of a body of bytes; otherwise Content-Type, the file name and the bytes tell",
            javaType = "String")
    public static final String MEDIA_TYPE = "CamelLlmMediaType";

    @Metadata(label = "producer", description = "Length of embedding vectors", javaType = "Integer")
    public static final String DIMENSIONS = "CamelLlmDimensions";

    @Metadata(
            label = "producer",
            description = "Wire format of the body and of the answer: openai-chat, anthropic or gemini",
            javaType = "String")
    public static final String WIRE_FORMAT = "CamelLlmWireFormat";

    @Metadata(
            label = "producer",
            description = "Moment after which an answer is of no use: milliseconds since 1970, or a text such as"
                    + " 2026-12-24T18:00:00Z",
            javaType = "Long")
    public static final String DEADLINE = "CamelLlmDeadline";

    /** Headers of this name and a dot are labels of the call's record: {@code CamelLlmTag.team}. */
    @Metadata(
            label = "producer",
            description =
                    "With a dot and a name behind it, such as CamelLlmTag.team, a label of the call's record, which"
                            + " budgets, limits and reports can go by. An option tag.NAME wins over it",
            javaType = "String")
    public static final String TAG = "CamelLlmTag";

    @Metadata(
            label = "producer",
            description =
                    "no-cache asks the provider although an answer is kept, and keeps the new one; no-store asks it and"
                            + " keeps nothing",
            javaType = "String")
    public static final String CACHE_CONTROL = "CamelLlmCacheControl";

    // Headers set on success.

    @Metadata(label = "producer", description = "All input tokens, cached ones included", javaType = "Long")
    public static final String INPUT_TOKENS = "CamelLlmInputTokens";

    @Metadata(label = "producer", description = "All output tokens, reasoning included", javaType = "Long")
    public static final String OUTPUT_TOKENS = "CamelLlmOutputTokens";

    @Metadata(
            label = "producer",
            description = "The part of the input tokens that came from the provider's prompt cache",
            javaType = "Long")
    public static final String CACHE_READ_INPUT_TOKENS = "CamelLlmCacheReadInputTokens";

    @Metadata(
            label = "producer",
            description = "The part of the input tokens written to the provider's prompt cache",
            javaType = "Long")
    public static final String CACHE_CREATION_INPUT_TOKENS = "CamelLlmCacheCreationInputTokens";

    @Metadata(label = "producer", description = "The part of the output tokens spent on reasoning", javaType = "Long")
    public static final String REASONING_OUTPUT_TOKENS = "CamelLlmReasoningOutputTokens";

    @Metadata(
            label = "producer",
            description = "reported if the provider counted the tokens, counted if this library did",
            javaType = "String")
    public static final String USAGE_SOURCE = "CamelLlmUsageSource";

    @Metadata(
            label = "producer",
            description = "Cost by the price book; absent if usage or price is unknown",
            javaType = "java.math.BigDecimal")
    public static final String COST = "CamelLlmCost";

    @Metadata(label = "producer", description = "Currency of the cost, such as USD", javaType = "String")
    public static final String COST_CURRENCY = "CamelLlmCostCurrency";

    @Metadata(label = "producer", description = "Date of the prices used, such as 2026-09-23", javaType = "String")
    public static final String PRICE_DATE = "CamelLlmPriceDate";

    @Metadata(
            label = "producer",
            description = "What the provider itself says the call cost, where it says so",
            javaType = "java.math.BigDecimal")
    public static final String REPORTED_COST = "CamelLlmReportedCost";

    @Metadata(
            label = "producer",
            description = "Why the model stopped: stop, length, tool_calls, content_filter, pause or other",
            javaType = "String")
    public static final String FINISH_REASON = "CamelLlmFinishReason";

    @Metadata(label = "producer", description = "Id of the provider asked", javaType = "String")
    public static final String PROVIDER = "CamelLlmProvider";

    @Metadata(label = "producer", description = "The model asked", javaType = "String")
    public static final String REQUEST_MODEL = "CamelLlmRequestModel";

    @Metadata(label = "producer", description = "The model that answered", javaType = "String")
    public static final String RESPONSE_MODEL = "CamelLlmResponseModel";

    @Metadata(label = "producer", description = "The provider's id of the answer", javaType = "String")
    public static final String RESPONSE_ID = "CamelLlmResponseId";

    @Metadata(
            label = "producer",
            description = "The provider's id of the request, for its support",
            javaType = "String")
    public static final String REQUEST_ID = "CamelLlmRequestId";

    @Metadata(
            label = "producer",
            description = "Id of the call, shared by all its attempts: call_id in the ledger",
            javaType = "String")
    public static final String CALL_ID = "CamelLlmCallId";

    @Metadata(label = "producer", description = "Milliseconds from the request to the whole answer", javaType = "Long")
    public static final String LATENCY_MILLIS = "CamelLlmLatencyMillis";

    @Metadata(
            label = "producer",
            description = "Milliseconds from the request to the first piece of the answer",
            javaType = "Long")
    public static final String TIME_TO_FIRST_CHUNK_MILLIS = "CamelLlmTimeToFirstChunkMillis";

    @Metadata(
            label = "producer",
            description = "Options that the provider lacks and that were left out, separated by commas",
            javaType = "String")
    public static final String DROPPED_OPTIONS = "CamelLlmDroppedOptions";

    @Metadata(
            label = "producer",
            description = "How many requests the answer took, with retries, repairs and other models",
            javaType = "Integer")
    public static final String ATTEMPTS = "CamelLlmAttempts";

    @Metadata(
            label = "producer",
            description =
                    "With the cache on, where the answer comes from: hit, semantic or coalesced if no provider was asked"
                            + " for it; miss or bypass if one was",
            javaType = "String")
    public static final String CACHE_STATUS = "CamelLlmCacheStatus";

    @Metadata(
            label = "producer",
            description = "Seconds since the provider gave an answer that comes from the cache",
            javaType = "Long")
    public static final String CACHE_AGE = "CamelLlmCacheAge";

    @Metadata(
            label = "producer",
            description =
                    "What the provider charged for an answer that comes from the cache, and would have charged again;"
                            + " absent if that is unknown",
            javaType = "java.math.BigDecimal")
    public static final String CACHE_SAVED = "CamelLlmCacheSaved";

    @Metadata(label = "producer", description = "Name of the router that chose the model", javaType = "String")
    public static final String ROUTER = "CamelLlmRouter";

    @Metadata(
            label = "producer",
            description = "How often the answer had to be asked for again because it did not conform to the schema",
            javaType = "Integer")
    public static final String REPAIRS = "CamelLlmRepairs";

    @Metadata(
            label = "producer",
            description = "In messages of a router's verification: corrected, failed or skipped",
            javaType = "String")
    public static final String VERIFICATION = "CamelLlmVerification";

    @Metadata(
            label = "producer",
            description = "In messages of a router's verification: the answer that had gone on",
            javaType = "String")
    public static final String DRAFT = "CamelLlmDraft";

    @Metadata(
            label = "producer",
            description = "In messages of a router's verification: CamelLlmCallId of the answer that had gone on",
            javaType = "String")
    public static final String DRAFT_CALL_ID = "CamelLlmDraftCallId";

    @Metadata(label = "producer", description = "Readable reasoning, where the model shows it", javaType = "String")
    public static final String REASONING = "CamelLlmReasoning";

    @Metadata(label = "producer", description = "In messages of a budget: its name", javaType = "String")
    public static final String BUDGET = "CamelLlmBudget";

    @Metadata(
            label = "producer",
            description = "In messages of a budget: whose share of it, such as team=billing",
            javaType = "String")
    public static final String BUDGET_ACCOUNT = "CamelLlmBudgetAccount";

    @Metadata(
            label = "producer",
            description = "In messages of a budget: reached, or refused for the first call that it does not allow",
            javaType = "String")
    public static final String BUDGET_EVENT = "CamelLlmBudgetEvent";

    @Metadata(
            label = "producer",
            description = "In messages of a budget: the percentage of its limit that was reached",
            javaType = "Integer")
    public static final String BUDGET_PERCENT = "CamelLlmBudgetPercent";

    @Metadata(label = "producer", description = "In messages of a budget: its limit", javaType = "java.math.BigDecimal")
    public static final String BUDGET_LIMIT = "CamelLlmBudgetLimit";

    @Metadata(
            label = "producer",
            description = "In messages of a budget: what is spent of it",
            javaType = "java.math.BigDecimal")
    public static final String BUDGET_SPENT = "CamelLlmBudgetSpent";

    @Metadata(
            label = "producer",
            description = "In messages of a budget: when it begins anew, such as 2026-12-01T00:00:00Z",
            javaType = "String")
    public static final String BUDGET_RESETS_AT = "CamelLlmBudgetResetsAt";

    // Exchange properties.

    /** {@code Cancellation}: set by whoever waits for the exchange and may leave; it cancels the calls of the exchange. */
    public static final String CANCELLATION = "CamelLlmCancellation";

    /** Long: when whoever serves the exchange began with it, by {@link System#nanoTime}. Without it, when the endpoint did. */
    public static final String BEGUN_NANOS = "CamelLlmBegunNanos";

    /**
     * {@code WireRequest.Scanned}: what whoever serves the exchange saw of a request in a wire format, so that it need not be looked at
     * again. Counts as long as the body is the one that was looked at.
     */
    public static final String SCANNED_REQUEST = "CamelLlmScannedRequest";

    /** {@code CallerKeys}: keys of providers that whoever asks brings for this exchange. */
    public static final String CALLER_KEYS = "CamelLlmCallerKeys";

    /** {@code List<ChatMessage>}: the conversation so far; an immutable list that exchange copies may share. */
    public static final String CONVERSATION_HISTORY = "CamelLlmConversationHistory";

    /** {@code ChatResponse}: the whole answer, if {@code storeFullResponse} is on. */
    public static final String RESPONSE = "CamelLlmResponse";

    /** {@code List<Map<String, Object>>}: the tool calls of the answer, each with id, name and arguments. */
    public static final String TOOL_CALLS = "CamelLlmToolCalls";

    /** Kind of a failure, spelled as newer Camel AI components do: RATE_LIMIT, SERVER_ERROR, VALIDATION, AUTH, UNKNOWN. */
    public static final String ERROR_CATEGORY = "CamelAiErrorCategory";

    /** Milliseconds that the provider asks to wait (Long), spelled as newer Camel AI components do. */
    public static final String RETRY_AFTER_MILLIS = "CamelAiRetryAfterMillis";

    private LlmConstants() {}
}
