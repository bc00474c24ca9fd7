package io.github.camelllm.component;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/**
 * Options of an endpoint, each with the component's option of the same name as its default. A mutable bean because Camel
 * binds it; the producer turns it into a request in one place and nothing behind that sees it.
 */
@UriParams
public class LlmConfiguration implements Cloneable {
    @UriParam(
            label = "producer",
            defaultValue = "chat",
            enums = "chat,embeddings,models",
            description = "What to do: ask a model, turn texts into vectors, or list the provider's " + "models.")
    private String operation = "chat";

    @UriParam(
            label = "security",
            secret = true,
            description = "Key or token of the provider. If it is not set, the environment variable that "
                    + "the provider usually reads is used.")
    private @Nullable String apiKey;

    @UriParam(
            label = "producer",
            description = "Address of the provider's API, for own hosts, proxies and tests, such as "
                    + "http://localhost:11434/v1.")
    private @Nullable String baseUrl;

    @UriParam(
            label = "producer",
            description = "Instructions that stand above the conversation. resource:classpath:FILE or "
                    + "resource:file:FILE reads them from a file.")
    private @Nullable String systemMessage;

    @UriParam(label = "producer", description = "The prompt that is used if the body is empty, or is a file or media.")
    private @Nullable String userMessage;

    @UriParam(
            label = "producer",
            description = "Template of the prompt, evaluated for each message in promptLanguage; "
                    + "resource:classpath:FILE or resource:file:FILE reads it from a file.")
    private @Nullable String promptTemplate;

    @UriParam(label = "producer", defaultValue = "simple", description = "Camel language of promptTemplate.")
    private String promptLanguage = "simple";

    @UriParam(
            label = "producer",
            defaultValue = "text",
            enums = "text,openai",
            description = "How a text body is read: text takes it as the prompt, openai as a request in "
                    + "OpenAI's JSON shape. Map and List bodies are always taken in OpenAI's shape.")
    private String bodyFormat = "text";

    @UriParam(label = "producer", description = "Randomness of the answer, 0 to 2 (0 to 1 at Anthropic).")
    private @Nullable Double temperature;

    @UriParam(label = "producer", description = "Nucleus sampling, 0 to 1.")
    private @Nullable Double topP;

    @UriParam(label = "producer,advanced", description = "Number of candidate tokens.")
    private @Nullable Integer topK;

    @UriParam(label = "producer", description = "Upper bound of the answer in tokens, reasoning included.")
    private @Nullable Integer maxTokens;

    @UriParam(label = "producer", description = "Strings that end the answer, separated by commas.")
    private @Nullable String stop;

    @UriParam(label = "producer,advanced", description = "Seed for repeatable sampling, best effort.")
    private @Nullable Long seed;

    @UriParam(label = "producer,advanced", description = "Penalty for frequent tokens, -2 to 2.")
    private @Nullable Double frequencyPenalty;

    @UriParam(label = "producer,advanced", description = "Penalty for tokens already there, -2 to 2.")
    private @Nullable Double presencePenalty;

    @UriParam(
            label = "producer,advanced",
            description = "Number of answers. The body is the first; storeFullResponse keeps them all.")
    private @Nullable Integer n;

    @UriParam(
            label = "producer",
            enums = "none,minimal,low,medium,high,xhigh,max",
            description = "How much a reasoning model should think.")
    private @Nullable String reasoningEffort;

    @UriParam(label = "producer,advanced", description = "Upper bound of thinking tokens, for models that take one.")
    private @Nullable Integer reasoningBudget;

    @UriParam(
            label = "producer,advanced",
            description = "Whether readable reasoning should come back, in the header CamelLlmReasoning.")
    private @Nullable Boolean includeReasoning;

    @UriParam(
            label = "producer,advanced",
            enums = "low,medium,high",
            description = "Length of the answer, for models that take it.")
    private @Nullable String verbosity;

    @UriParam(
            label = "producer,advanced",
            description = "Opaque id of the end user, for the provider's abuse detection.")
    private @Nullable String user;

    @UriParam(label = "producer,advanced", description = "The provider's name of a price and speed class.")
    private @Nullable String serviceTier;

    @UriParam(label = "producer,advanced", description = "Routing hint that raises prompt cache hits.")
    private @Nullable String promptCacheKey;

    @UriParam(
            label = "producer",
            description = "Tools in OpenAI's shape, as a JSON array; resource:classpath:FILE or "
                    + "resource:file:FILE reads them from a file. The route runs the tools: the body "
                    + "then is the list of calls.")
    private @Nullable String tools;

    @UriParam(label = "producer", description = "Whether a tool must be used: auto, none, required or a tool's name.")
    private @Nullable String toolChoice;

    @UriParam(label = "producer,advanced", description = "Whether several tool calls may come at once.")
    private @Nullable Boolean parallelToolCalls;

    @UriParam(
            label = "producer",
            defaultValue = "text",
            enums = "text,json_object",
            description = "Form of the answer, if neither jsonSchema nor outputClass is set.")
    private String responseFormat = "text";

    @UriParam(
            label = "producer",
            description = "JSON Schema that the answer must conform to, as text or resource:classpath:FILE. "
                    + "The answer is validated.")
    private @Nullable String jsonSchema;

    @UriParam(
            label = "producer",
            description = "Class that the answer becomes; its JSON Schema is derived, and the answer " + "validated.")
    private @Nullable String outputClass;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "auto",
            enums = "auto,native,instruct",
            description = "How a schema is asked for: native by the provider's own parameter, instruct by "
                    + "words in the system message, auto native where the provider has it.")
    private String schemaMode = "auto";

    @UriParam(
            label = "producer,advanced",
            description = "Whether the provider must guarantee the schema (needs every property required "
                    + "and additionalProperties false at OpenAI).")
    private @Nullable Boolean strictSchema;

    @UriParam(
            label = "producer",
            defaultValue = "1",
            description = "How often an answer that does not conform to the schema is asked for again.")
    private int maxRepairs = 1;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "Whether the answer comes as a stream: the body is an LlmStream, an iterator of "
                    + "text pieces to be split.")
    private boolean streaming = false;

    @UriParam(
            label = "producer",
            enums = "openai-chat,anthropic,gemini",
            description =
                    "Wire format of a client that the route serves: the body is its request as bytes, and the answer is"
                            + " in the same format, a stream (LlmWireStream) if the request asks for one. Bytes go through as they are"
                            + " where the model asked speaks the format too.")
    private @Nullable String wireFormat;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "false",
            description =
                    "Whether the route goes on on the I/O thread that brought the answer. Saves the change of threads;"
                            + " nothing behind this endpoint may then block.")
    private boolean continueOnIoThread = false;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "Whether the conversation is kept on the exchange and sent with the next call.")
    private boolean conversationMemory = false;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "CamelLlmConversationHistory",
            description = "Exchange property that holds the conversation.")
    private String conversationHistoryProperty = "CamelLlmConversationHistory";

    @UriParam(
            label = "producer",
            description = "Most messages of the conversation kept; the oldest go first, tool calls "
                    + "together with their results.")
    private @Nullable Integer maxHistoryMessages;

    @UriParam(
            label = "producer",
            description =
                    "Most tokens of the conversation kept, counted or estimated; the oldest " + "messages go first.")
    private @Nullable Integer maxHistoryTokens;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "Whether the whole answer is kept in the exchange property CamelLlmResponse.")
    private boolean storeFullResponse = false;

    @UriParam(label = "producer", description = "Length of embedding vectors, where the model can shorten them.")
    private @Nullable Integer dimensions;

    @UriParam(
            label = "producer,advanced",
            description = "What embeddings are for, in the provider's words, such as RETRIEVAL_QUERY.")
    private @Nullable String taskType;

    @UriParam(
            label = "producer",
            defaultValue = "default",
            enums = "default,error,warn,drop",
            description = "What to do with options that the provider lacks: default drops what only tunes "
                    + "the answer, with a warning, and refuses what changes it.")
    private String unsupported = "default";

    @UriParam(
            label = "producer",
            defaultValue = "10m",
            javaType = "java.time.Duration",
            description = "Longest time for the whole call.")
    private Duration requestTimeout = Duration.ofMinutes(10);

    @UriParam(
            label = "producer,advanced",
            defaultValue = "5m",
            javaType = "java.time.Duration",
            description = "Longest time until the answer begins.")
    private Duration firstByteTimeout = Duration.ofMinutes(5);

    @UriParam(
            label = "producer,advanced",
            defaultValue = "2m",
            javaType = "java.time.Duration",
            description = "Longest time between two pieces of an answer.")
    private Duration idleTimeout = Duration.ofMinutes(2);

    @UriParam(
            label = "producer,advanced",
            defaultValue = "10s",
            javaType = "java.time.Duration",
            description = "Longest time to connect.")
    private Duration connectTimeout = Duration.ofSeconds(10);

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "How often a call that failed in a way that may pass is sent again, after the wait that the"
                    + " provider asks for or a random one. Never once any of the answer was delivered. With"
                    + " redeliveries of Camel around it, the numbers multiply.")
    private int maxRetries = 0;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "500ms",
            javaType = "java.time.Duration",
            description = "Upper bound of the random wait before the first retry; it doubles for each further one.")
    private Duration retryBackoff = Duration.ofMillis(500);

    @UriParam(
            label = "producer,advanced",
            defaultValue = "8s",
            javaType = "java.time.Duration",
            description = "Where the doubling of retryBackoff stops.")
    private Duration maxRetryBackoff = Duration.ofSeconds(8);

    @UriParam(
            label = "producer,advanced",
            defaultValue = "1m",
            javaType = "java.time.Duration",
            description = "Longest wait asked for by a provider that a retry grants; a call that must wait longer"
                    + " fails at once.")
    private Duration maxRetryAfter = Duration.ofMinutes(1);

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            description = "Longest time for the whole step with its retries, repairs and other models. The header"
                    + " CamelLlmDeadline can set an earlier moment.")
    private @Nullable Duration deadline;

    @UriParam(
            label = "producer,advanced",
            description = "Pieces of a streamed answer that are held back at first. Until they are delivered, a failure"
                    + " leads to a retry or another model that nobody notices. 1 unless commitAfterBytes or"
                    + " commitAfterTime is set; the first that is reached counts.")
    private @Nullable Integer commitAfterEvents;

    @UriParam(
            label = "producer,advanced",
            description = "Bytes of text of a streamed answer that are held back at first.")
    private @Nullable Integer commitAfterBytes;

    @UriParam(
            label = "producer,advanced",
            javaType = "java.time.Duration",
            description = "Time for which the beginning of a streamed answer is held back, from its first piece on.")
    private @Nullable Duration commitAfterTime;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "0",
            description = "Least rate of a streamed answer over any ten seconds, signs of life included; a slower one"
                    + " fails as timed out. 0 for no limit.")
    private int minBytesPerSecond = 0;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "10000",
            description = "Most white space in a row in a streamed answer, in characters; 0 for no limit.")
    private int maxWhitespace = 10_000;

    @UriParam(label = "producer,advanced", defaultValue = "67108864", description = "Largest answer read.")
    private long maxResponseBytes = 67108864L;

    @UriParam(label = "producer,advanced", defaultValue = "8388608", description = "Largest single event of a stream.")
    private int maxEventBytes = 8388608;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "52428800",
            description = "Largest body sent as media or text.")
    private long maxInputBytes = 52428800L;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "1m",
            javaType = "java.time.Duration",
            description =
                    "Cap of the wait that a provider asks for, when it becomes the delay of Camel's " + "redelivery.")
    private Duration maxRedeliveryDelay = Duration.ofMinutes(1);

    @UriParam(
            label = "producer",
            defaultValue = "off",
            enums = "off,exact,semantic",
            description =
                    "Whether answers are kept and given again: exact for the same request, semantic also for a last"
                            + " question that means much the same. Answers to equal requests under way are shared too.")
    private String cache = "off";

    @UriParam(
            label = "producer",
            defaultValue = "1h",
            javaType = "java.time.Duration",
            description = "How long an answer is kept.")
    private Duration cacheTtl = Duration.ofHours(1);

    @UriParam(
            label = "producer",
            description = "Whose answers these are, a text or an expression of the simple language such as"
                    + " ${header.tenant}: nobody is given an answer of another namespace. The tag tenant if there is one."
                    + " An expression that comes out empty turns the cache off for that message.")
    private @Nullable String cacheNamespace;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "1048576",
            description = "Largest answer kept, in bytes as stored.")
    private int cacheMaxBytes = 1_048_576;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "0.95",
            description = "How similar two questions must be for cache=semantic, from above 0 to 1.")
    private double semanticThreshold = 0.95;

    @UriParam(
            label = "producer,advanced",
            prefix = "header.",
            multiValue = true,
            description = "Headers sent with each request: header.X-Title=demo.")
    private Map<String, Object> additionalHeaders = new LinkedHashMap<>();

    @UriParam(
            label = "producer",
            prefix = "var.",
            multiValue = true,
            description = "Values for the variables of the provider's address, such as "
                    + "var.resource=myresource for azure-openai.")
    private Map<String, Object> variables = new LinkedHashMap<>();

    @UriParam(
            label = "producer,advanced",
            prefix = "extra.",
            multiValue = true,
            description = "Members put into the request as they are, under the provider's names: "
                    + "extra.safe_prompt=true. Values that are JSON are sent as JSON.")
    private Map<String, Object> extra = new LinkedHashMap<>();

    @UriParam(
            label = "producer,advanced",
            prefix = "tag.",
            multiValue = true,
            description = "Labels for the call's record: tag.team=claims.")
    private Map<String, Object> tags = new LinkedHashMap<>();

    /** An independent copy. */
    public LlmConfiguration copy() {
        try {
            LlmConfiguration copy = (LlmConfiguration) clone();
            copy.additionalHeaders = new LinkedHashMap<>(additionalHeaders);
            copy.extra = new LinkedHashMap<>(extra);
            copy.variables = new LinkedHashMap<>(variables);
            copy.tags = new LinkedHashMap<>(tags);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getOperation() {
        return operation;
    }

    public void setOperation(String operation) {
        this.operation = operation;
    }

    public @Nullable String getApiKey() {
        return apiKey;
    }

    public void setApiKey(@Nullable String apiKey) {
        this.apiKey = apiKey;
    }

    public @Nullable String getBaseUrl() {
        return baseUrl;
    }

    public void setBaseUrl(@Nullable String baseUrl) {
        this.baseUrl = baseUrl;
    }

    public @Nullable String getSystemMessage() {
        return systemMessage;
    }

    public void setSystemMessage(@Nullable String systemMessage) {
        this.systemMessage = systemMessage;
    }

    public @Nullable String getUserMessage() {
        return userMessage;
    }

    public void setUserMessage(@Nullable String userMessage) {
        this.userMessage = userMessage;
    }

    public @Nullable String getPromptTemplate() {
        return promptTemplate;
    }

    public void setPromptTemplate(@Nullable String promptTemplate) {
        this.promptTemplate = promptTemplate;
    }

    public String getPromptLanguage() {
        return promptLanguage;
    }

    public void setPromptLanguage(String promptLanguage) {
        this.promptLanguage = promptLanguage;
    }

    public String getBodyFormat() {
        return bodyFormat;
    }

    public void setBodyFormat(String bodyFormat) {
        this.bodyFormat = bodyFormat;
    }

    public @Nullable Double getTemperature() {
        return temperature;
    }

    public void setTemperature(@Nullable Double temperature) {
        this.temperature = temperature;
    }

    public @Nullable Double getTopP() {
        return topP;
    }

    public void setTopP(@Nullable Double topP) {
        this.topP = topP;
    }

    public @Nullable Integer getTopK() {
        return topK;
    }

    public void setTopK(@Nullable Integer topK) {
        this.topK = topK;
    }

    public @Nullable Integer getMaxTokens() {
        return maxTokens;
    }

    public void setMaxTokens(@Nullable Integer maxTokens) {
        this.maxTokens = maxTokens;
    }

    public @Nullable String getStop() {
        return stop;
    }

    public void setStop(@Nullable String stop) {
        this.stop = stop;
    }

    public @Nullable Long getSeed() {
        return seed;
    }

    public void setSeed(@Nullable Long seed) {
        this.seed = seed;
    }

    public @Nullable Double getFrequencyPenalty() {
        return frequencyPenalty;
    }

    public void setFrequencyPenalty(@Nullable Double frequencyPenalty) {
        this.frequencyPenalty = frequencyPenalty;
    }

    public @Nullable Double getPresencePenalty() {
        return presencePenalty;
    }

    public void setPresencePenalty(@Nullable Double presencePenalty) {
        this.presencePenalty = presencePenalty;
    }

    public @Nullable Integer getN() {
        return n;
    }

    public void setN(@Nullable Integer n) {
        this.n = n;
    }

    public @Nullable String getReasoningEffort() {
        return reasoningEffort;
    }

    public void setReasoningEffort(@Nullable String reasoningEffort) {
        this.reasoningEffort = reasoningEffort;
    }

    public @Nullable Integer getReasoningBudget() {
        return reasoningBudget;
    }

    public void setReasoningBudget(@Nullable Integer reasoningBudget) {
        this.reasoningBudget = reasoningBudget;
    }

    public @Nullable Boolean getIncludeReasoning() {
        return includeReasoning;
    }

    public void setIncludeReasoning(@Nullable Boolean includeReasoning) {
        this.includeReasoning = includeReasoning;
    }

    public @Nullable String getVerbosity() {
        return verbosity;
    }

    public void setVerbosity(@Nullable String verbosity) {
        this.verbosity = verbosity;
    }

    public @Nullable String getUser() {
        return user;
    }

    public void setUser(@Nullable String user) {
        this.user = user;
    }

    public @Nullable String getServiceTier() {
        return serviceTier;
    }

    public void setServiceTier(@Nullable String serviceTier) {
        this.serviceTier = serviceTier;
    }

    public @Nullable String getPromptCacheKey() {
        return promptCacheKey;
    }

    public void setPromptCacheKey(@Nullable String promptCacheKey) {
        this.promptCacheKey = promptCacheKey;
    }

    public @Nullable String getTools() {
        return tools;
    }

    public void setTools(@Nullable String tools) {
        this.tools = tools;
    }

    public @Nullable String getToolChoice() {
        return toolChoice;
    }

    public void setToolChoice(@Nullable String toolChoice) {
        this.toolChoice = toolChoice;
    }

    public @Nullable Boolean getParallelToolCalls() {
        return parallelToolCalls;
    }

    public void setParallelToolCalls(@Nullable Boolean parallelToolCalls) {
        this.parallelToolCalls = parallelToolCalls;
    }

    public String getResponseFormat() {
        return responseFormat;
    }

    public void setResponseFormat(String responseFormat) {
        this.responseFormat = responseFormat;
    }

    public @Nullable String getJsonSchema() {
        return jsonSchema;
    }

    public void setJsonSchema(@Nullable String jsonSchema) {
        this.jsonSchema = jsonSchema;
    }

    public @Nullable String getOutputClass() {
        return outputClass;
    }

    public void setOutputClass(@Nullable String outputClass) {
        this.outputClass = outputClass;
    }

    public String getSchemaMode() {
        return schemaMode;
    }

    public void setSchemaMode(String schemaMode) {
        this.schemaMode = schemaMode;
    }

    public @Nullable Boolean getStrictSchema() {
        return strictSchema;
    }

    public void setStrictSchema(@Nullable Boolean strictSchema) {
        this.strictSchema = strictSchema;
    }

    public int getMaxRepairs() {
        return maxRepairs;
    }

    public void setMaxRepairs(int maxRepairs) {
        this.maxRepairs = maxRepairs;
    }

    public boolean isStreaming() {
        return streaming;
    }

    public void setStreaming(boolean streaming) {
        this.streaming = streaming;
    }

    public boolean isConversationMemory() {
        return conversationMemory;
    }

    public void setConversationMemory(boolean conversationMemory) {
        this.conversationMemory = conversationMemory;
    }

    public String getConversationHistoryProperty() {
        return conversationHistoryProperty;
    }

    public void setConversationHistoryProperty(String conversationHistoryProperty) {
        this.conversationHistoryProperty = conversationHistoryProperty;
    }

    public @Nullable Integer getMaxHistoryMessages() {
        return maxHistoryMessages;
    }

    public void setMaxHistoryMessages(@Nullable Integer maxHistoryMessages) {
        this.maxHistoryMessages = maxHistoryMessages;
    }

    public @Nullable Integer getMaxHistoryTokens() {
        return maxHistoryTokens;
    }

    public void setMaxHistoryTokens(@Nullable Integer maxHistoryTokens) {
        this.maxHistoryTokens = maxHistoryTokens;
    }

    public @Nullable String getWireFormat() {
        return wireFormat;
    }

    public void setWireFormat(@Nullable String wireFormat) {
        this.wireFormat = wireFormat;
    }

    public boolean isContinueOnIoThread() {
        return continueOnIoThread;
    }

    public void setContinueOnIoThread(boolean continueOnIoThread) {
        this.continueOnIoThread = continueOnIoThread;
    }

    public boolean isStoreFullResponse() {
        return storeFullResponse;
    }

    public void setStoreFullResponse(boolean storeFullResponse) {
        this.storeFullResponse = storeFullResponse;
    }

    public @Nullable Integer getDimensions() {
        return dimensions;
    }

    public void setDimensions(@Nullable Integer dimensions) {
        this.dimensions = dimensions;
    }

    public @Nullable String getTaskType() {
        return taskType;
    }

    public void setTaskType(@Nullable String taskType) {
        this.taskType = taskType;
    }

    public String getUnsupported() {
        return unsupported;
    }

    public void setUnsupported(String unsupported) {
        this.unsupported = unsupported;
    }

    public Duration getRequestTimeout() {
        return requestTimeout;
    }

    public void setRequestTimeout(Duration requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public Duration getFirstByteTimeout() {
        return firstByteTimeout;
    }

    public void setFirstByteTimeout(Duration firstByteTimeout) {
        this.firstByteTimeout = firstByteTimeout;
    }

    public Duration getIdleTimeout() {
        return idleTimeout;
    }

    public void setIdleTimeout(Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getMaxResponseBytes() {
        return maxResponseBytes;
    }

    public void setMaxResponseBytes(long maxResponseBytes) {
        this.maxResponseBytes = maxResponseBytes;
    }

    public int getMaxEventBytes() {
        return maxEventBytes;
    }

    public void setMaxEventBytes(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    public long getMaxInputBytes() {
        return maxInputBytes;
    }

    public void setMaxInputBytes(long maxInputBytes) {
        this.maxInputBytes = maxInputBytes;
    }

    public Duration getMaxRedeliveryDelay() {
        return maxRedeliveryDelay;
    }

    public void setMaxRedeliveryDelay(Duration maxRedeliveryDelay) {
        this.maxRedeliveryDelay = maxRedeliveryDelay;
    }

    public Map<String, Object> getAdditionalHeaders() {
        return additionalHeaders;
    }

    public void setAdditionalHeaders(Map<String, Object> additionalHeaders) {
        this.additionalHeaders = additionalHeaders;
    }

    public Map<String, Object> getVariables() {
        return variables;
    }

    public void setVariables(Map<String, Object> variables) {
        this.variables = variables;
    }

    public Map<String, Object> getExtra() {
        return extra;
    }

    public void setExtra(Map<String, Object> extra) {
        this.extra = extra;
    }

    public Map<String, Object> getTags() {
        return tags;
    }

    public void setTags(Map<String, Object> tags) {
        this.tags = tags;
    }

    public int getMaxRetries() {
        return maxRetries;
    }

    public void setMaxRetries(int maxRetries) {
        this.maxRetries = maxRetries;
    }

    public Duration getRetryBackoff() {
        return retryBackoff;
    }

    public void setRetryBackoff(Duration retryBackoff) {
        this.retryBackoff = retryBackoff;
    }

    public Duration getMaxRetryBackoff() {
        return maxRetryBackoff;
    }

    public void setMaxRetryBackoff(Duration maxRetryBackoff) {
        this.maxRetryBackoff = maxRetryBackoff;
    }

    public Duration getMaxRetryAfter() {
        return maxRetryAfter;
    }

    public void setMaxRetryAfter(Duration maxRetryAfter) {
        this.maxRetryAfter = maxRetryAfter;
    }

    public @Nullable Duration getDeadline() {
        return deadline;
    }

    public void setDeadline(@Nullable Duration deadline) {
        this.deadline = deadline;
    }

    public @Nullable Integer getCommitAfterEvents() {
        return commitAfterEvents;
    }

    public void setCommitAfterEvents(@Nullable Integer commitAfterEvents) {
        this.commitAfterEvents = commitAfterEvents;
    }

    public @Nullable Integer getCommitAfterBytes() {
        return commitAfterBytes;
    }

    public void setCommitAfterBytes(@Nullable Integer commitAfterBytes) {
        this.commitAfterBytes = commitAfterBytes;
    }

    public @Nullable Duration getCommitAfterTime() {
        return commitAfterTime;
    }

    public void setCommitAfterTime(@Nullable Duration commitAfterTime) {
        this.commitAfterTime = commitAfterTime;
    }

    public int getMinBytesPerSecond() {
        return minBytesPerSecond;
    }

    public void setMinBytesPerSecond(int minBytesPerSecond) {
        this.minBytesPerSecond = minBytesPerSecond;
    }

    public int getMaxWhitespace() {
        return maxWhitespace;
    }

    public void setMaxWhitespace(int maxWhitespace) {
        this.maxWhitespace = maxWhitespace;
    }

    public String getCache() {
        return cache;
    }

    public void setCache(String cache) {
        this.cache = cache;
    }

    public Duration getCacheTtl() {
        return cacheTtl;
    }

    public void setCacheTtl(Duration cacheTtl) {
        this.cacheTtl = cacheTtl;
    }

    public @Nullable String getCacheNamespace() {
        return cacheNamespace;
    }

    public void setCacheNamespace(@Nullable String cacheNamespace) {
        this.cacheNamespace = cacheNamespace;
    }

    public int getCacheMaxBytes() {
        return cacheMaxBytes;
    }

    public void setCacheMaxBytes(int cacheMaxBytes) {
        this.cacheMaxBytes = cacheMaxBytes;
    }

    public double getSemanticThreshold() {
        return semanticThreshold;
    }

    public void setSemanticThreshold(double semanticThreshold) {
        this.semanticThreshold = semanticThreshold;
    }
}
