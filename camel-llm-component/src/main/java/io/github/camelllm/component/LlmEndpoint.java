package io.github.camelllm.component;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.CommitPolicy;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Dialects;
import io.github.camelllm.call.ModelLimits;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.RetryPolicy;
import io.github.camelllm.call.StreamLimits;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.ProviderDescriptor;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.router.ModelRef;
import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.transport.Credentials;
import io.github.camelllm.transport.HttpTimeouts;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.Unsupported;
import io.github.camelllm.wire.WireTarget;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/** Ask models of any LLM provider: chat with text, media, tools, JSON and streams; embeddings; lists of models. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "llm,camel-llm",
        title = "LLM",
        syntax = "llm:provider/model",
        category = {Category.AI},
        producerOnly = true,
        headersClass = LlmConstants.class)
public class LlmEndpoint extends DefaultEndpoint implements EndpointServiceLocation {
    /** Models that a header may name beside the endpoint's own before the oldest way to them is forgotten. */
    private static final int MAX_TARGETS = 256;

    private static final String TAG_HEADERS = LlmConstants.TAG + ".";

    @UriPath(description = "Id of the provider, such as anthropic, openai, gemini, groq or ollama")
    private String provider = "";

    @UriPath(description = "Model as its provider writes it; it may hold slashes and colons")
    private @Nullable String model;

    @UriParam
    private LlmConfiguration configuration;

    private volatile @Nullable Known known;
    private volatile @Nullable LlmRouter router;
    private volatile @Nullable Optional<EndpointCache> cache;

    /** What was found out from the component's providers and models; found out anew when they have changed. */
    private record Known(LlmCatalogs.Current catalog, ProviderDescriptor descriptor, Map<String, CallTarget> targets) {}

    public LlmEndpoint(String uri, LlmComponent component, LlmConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    @Override
    public LlmComponent getComponent() {
        return (LlmComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        return new LlmProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "llm:" + provider + " can only be called (to, toD, enrich); it has nothing to consume from");
    }

    public String getProvider() {
        return provider;
    }

    public void setProvider(String provider) {
        this.provider = provider;
    }

    public @Nullable String getModel() {
        return model;
    }

    public void setModel(@Nullable String model) {
        this.model = model;
    }

    public LlmConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(LlmConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public String getServiceUrl() {
        return isRouter() ? provider + "/" + model : baseUrl(descriptor());
    }

    @Override
    public String getServiceProtocol() {
        return "llm";
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("provider", provider);
        if (model != null) {
            metadata.put("model", model);
        }
        if (!isRouter()) {
            metadata.put("dialect", descriptor().dialect());
        }
        return metadata;
    }

    /** The descriptor of this endpoint's provider. */
    ProviderDescriptor descriptor() {
        return known().descriptor();
    }

    private Known known() {
        LlmCatalogs.Current now = getComponent().engine().catalog();
        Known before = known;
        if (before != null && before.catalog() == now) {
            return before;
        }
        Known anew = new Known(now, now.providers().get(provider), new ConcurrentHashMap<>());
        known = anew;
        return anew;
    }

    /** Where calls for this model go. */
    CallTarget target(String modelId) {
        Known now = known();
        CallTarget target = now.targets().get(modelId);
        if (target != null) {
            return target;
        }
        if (now.targets().size() >= MAX_TARGETS) {
            now.targets().clear();
        }
        return now.targets().computeIfAbsent(modelId, asked -> newTarget(asked, now));
    }

    /** Where calls of an exchange for this model go, with the key that its caller brings, if it brings one. */
    CallTarget target(String modelId, Exchange exchange) {
        CallerKeys brought = exchange.getProperty(LlmConstants.CALLER_KEYS, CallerKeys.class);
        CallTarget target = target(modelId);
        return brought == null ? target : brought.on(target, getComponent().engine());
    }

    private CallTarget newTarget(String modelId, Known now) {
        ProviderDescriptor known = now.descriptor();
        String address = baseUrl(known);
        Credentials credentials = credentials(now);
        Map<String, String> headers = new LinkedHashMap<>(known.headers(this::variable, System::getenv));
        configuration.getAdditionalHeaders().forEach((name, value) -> headers.put(name, String.valueOf(value)));
        return new CallTarget(
                known.telemetryName(),
                address,
                Dialects.get(known.dialect()),
                new WireTarget(
                        provider,
                        modelId,
                        known.profileFor(modelId),
                        Unsupported.valueOf(configuration.getUnsupported().toUpperCase(Locale.ROOT))),
                credentials,
                headers,
                new HttpTimeouts(
                        configuration.getConnectTimeout(),
                        configuration.getFirstByteTimeout(),
                        configuration.getIdleTimeout(),
                        configuration.getRequestTimeout()),
                configuration.getMaxResponseBytes(),
                configuration.getMaxEventBytes(),
                known.idempotencyHeader(),
                known.attemptIdHeader(),
                new RetryPolicy(
                        configuration.getMaxRetries(),
                        configuration.getRetryBackoff(),
                        configuration.getMaxRetryBackoff(),
                        configuration.getMaxRetryAfter()),
                commitPolicy(),
                new StreamLimits(configuration.getMinBytesPerSecond(), configuration.getMaxWhitespace()),
                getComponent().engine().healths().of(provider, modelId, address, credentials),
                limits(modelId, now));
    }

    private static ModelLimits limits(String modelId, Known now) {
        return now.catalog()
                .models()
                .find(now.descriptor(), modelId)
                .map(found -> new ModelLimits(found.contextWindowTokens(), found.maxOutputTokens()))
                .orElse(ModelLimits.UNKNOWN);
    }

    private CommitPolicy commitPolicy() {
        Integer events = configuration.getCommitAfterEvents();
        Integer bytes = configuration.getCommitAfterBytes();
        Duration time = configuration.getCommitAfterTime();
        if (events == null && bytes == null && time == null) {
            return CommitPolicy.FIRST_PIECE;
        }
        return new CommitPolicy(
                events == null ? OptionalInt.empty() : OptionalInt.of(events),
                bytes == null ? OptionalInt.empty() : OptionalInt.of(bytes),
                Optional.ofNullable(time));
    }

    /** Whether this asks the targets of a router and not one model. */
    boolean isRouter() {
        return ModelRef.ROUTER.equals(provider);
    }

    /** @throws RuntimeException if there is no such provider or router */
    void requireKnown() {
        if (!isRouter()) {
            descriptor();
        } else if (model != null) {
            getComponent().engine().routers().get(model);
        }
    }

    /** Whether there is such a provider or router now; either may have been taken away since this was made. */
    public boolean isKnown() {
        LlmEngine engine = getComponent().engine();
        return isRouter()
                ? engine.routers().definitions().find(String.valueOf(model)).isPresent()
                : engine.catalog().providers().find(provider).isPresent();
    }

    /** @throws RuntimeException if an option is wrong or a key is missing */
    void requireReady() {
        if (isRouter()) {
            router();
        } else {
            target(model == null ? "" : model);
        }
        if (!configuration.getCache().equals("off")) {
            cache();
        }
    }

    /** The router that this endpoint names, as it and its targets are defined now. */
    LlmRouter router() {
        LlmEngine engine = getComponent().engine();
        RouterDefinition defined = engine.routers().get(String.valueOf(model));
        LlmCatalogs.Current catalog = engine.catalog();
        LlmRouter made = router;
        if (made == null || made.definition() != defined || made.catalog() != catalog) {
            made = new LlmRouter(this, defined, catalog);
            router = made;
        }
        return made;
    }

    /**
     * Where the chat requests of an exchange go.
     *
     * @param schema that answers must conform to
     */
    ChatDestination destination(Exchange exchange, Optional<StructuredOutput> schema) {
        return asked(exchange).destination(schema);
    }

    /** What an exchange asks, which is another endpoint if a soft budget is spent. */
    Asked asked(Exchange exchange) {
        Map<String, String> tags = tags(exchange);
        Optional<LlmEndpoint> cheaper = cheaper(exchange, tags);
        if (cheaper.isPresent()) {
            // Its own model: a header named one that is too dear now
            return new Asked(cheaper.get(), String.valueOf(cheaper.get().model), exchange, tags, trace(exchange));
        }
        return new Asked(this, isRouter() ? "" : model(exchange), exchange, tags, trace(exchange));
    }

    /** Follows what an exchange asks, if anybody does. */
    ExchangeTrace trace(Exchange exchange) {
        return ExchangeTrace.of(getComponent().engine().tracing(), exchange);
    }

    /** An endpoint and a model of it, asked for one exchange. */
    record Asked(LlmEndpoint endpoint, String model, Exchange exchange, Map<String, String> tags, ExchangeTrace trace) {
        ChatDestination destination(Optional<StructuredOutput> schema) {
            ChatDestination.Cacheable asked = endpoint.uncached(this, schema);
            Optional<EndpointCache> between = endpoint.cache();
            ChatDestination next = between.isPresent() ? between.get().before(asked, exchange, schema) : asked;
            return trace.isOn() ? new TracedDestination(next, asked, trace) : next;
        }

        /** Name of the router; empty if one model is asked. */
        Optional<String> router() {
            return endpoint.isRouter() ? Optional.ofNullable(endpoint.getModel()) : Optional.empty();
        }

        /** Where a client's own bytes may go; empty if cache, router or trace needs requests and answers that are decoded. */
        Optional<ChatDestination.Cacheable> wireDestination() {
            boolean decoding = trace.readsContent()
                    || endpoint.cache().isPresent()
                    || endpoint.isRouter() && !endpoint.router().takesAnswersAsTheyCome();
            return decoding ? Optional.empty() : Optional.of(endpoint.uncached(this, Optional.empty()));
        }
    }

    /** What is asked in place of this, because a soft budget is spent. It has the options of its own URI only. */
    private Optional<LlmEndpoint> cheaper(Exchange exchange, Map<String, String> tags) {
        CallerKeys brought = exchange.getProperty(LlmConstants.CALLER_KEYS, CallerKeys.class);
        if (brought != null && !brought.inBudgets()) {
            return Optional.empty();
        }
        String asked = isRouter() ? String.valueOf(model) : model(exchange);
        return getComponent()
                .getPolicies()
                .budgets()
                .downgrade(provider, asked, Operation.CHAT, isRouter() ? ResultHeaders.ofRouter(tags, asked) : tags)
                .map(name -> getCamelContext().getEndpoint("llm:" + name, LlmEndpoint.class))
                .filter(other -> other != this);
    }

    /** How this endpoint uses the cache; empty if it does not. */
    Optional<EndpointCache> cache() {
        Optional<EndpointCache> known = cache;
        if (known == null) {
            known = EndpointCache.of(this, getComponent().runtime().caches());
            cache = known;
        }
        return known;
    }

    private ChatDestination.Cacheable uncached(Asked asked, Optional<StructuredOutput> schema) {
        Exchange exchange = asked.exchange();
        Map<String, String> tags = asked.tags();
        LlmEngine engine = getComponent().engine();
        if (isRouter()) {
            LlmRouter now = router();
            return new RouterDestination(
                    now,
                    engine,
                    exchange,
                    tags,
                    now.definition()
                            .cascade()
                            .map(cascade -> new CascadeAcceptance(
                                    cascade,
                                    now,
                                    engine,
                                    exchange,
                                    schema,
                                    tags,
                                    now.deadline(exchange),
                                    asked.trace())),
                    asked.trace());
        }
        CallTarget target = target(asked.model(), exchange);
        return new DirectDestination(
                engine.channels(),
                target,
                isSchemaInWords(target),
                tags,
                deadline(exchange),
                asked.trace(),
                begunNanos(exchange));
    }

    boolean isSchemaInWords(CallTarget target) {
        switch (configuration.getSchemaMode()) {
            case "native":
                return false;
            case "instruct":
                return true;
            default:
                return target.wire().profile().omits("json_schema");
        }
    }

    /** When an answer for the exchange is of no use any more, by option and header. */
    Deadline deadline(Exchange exchange) {
        Timer timer = getComponent().engine().timer();
        Duration option = configuration.getDeadline();
        Deadline own = option == null ? Deadline.NONE : Deadline.after(option, timer);
        Object header = exchange.getMessage().getHeader(LlmConstants.DEADLINE);
        return header == null
                ? own
                : own.earlier(Deadline.after(Duration.between(Instant.now(), moment(header)), timer));
    }

    /** When whoever serves the exchange began with it, by {@link System#nanoTime}. */
    static long begunNanos(Exchange exchange) {
        Long begun = exchange.getProperty(LlmConstants.BEGUN_NANOS, Long.class);
        return begun == null ? System.nanoTime() : begun;
    }

    private Instant moment(Object header) {
        if (header instanceof Instant instant) {
            return instant;
        }
        if (header instanceof Date date) {
            return date.toInstant();
        }
        String text = header.toString().trim();
        try {
            return text.matches("\\d{1,15}") ? Instant.ofEpochMilli(Long.parseLong(text)) : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new LlmInvalidRequestException(
                    "llm:" + provider + ": header " + LlmConstants.DEADLINE + " must be milliseconds since 1970 or a"
                            + " moment such as 2026-12-24T18:00:00Z",
                    ErrorDetails.local(provider, String.valueOf(model), "invalid_option", false),
                    e);
        }
    }

    private @Nullable String variable(String name) {
        Object value = configuration.getVariables().get(name);
        return value == null ? null : value.toString();
    }

    private String baseUrl(ProviderDescriptor known) {
        String own = configuration.getBaseUrl();
        if (own == null) {
            return known.baseUrl(this::variable, System::getenv);
        }
        URI uri = URI.create(own);
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("llm:" + provider
                    + ": baseUrl must be an http or https address with a host, such as https://api.example.com/v1");
        }
        return own.endsWith("/") ? own.substring(0, own.length() - 1) : own;
    }

    private Credentials credentials(Known now) {
        ProviderDescriptor.Auth auth = now.descriptor().auth();
        Optional<String> key = Optional.ofNullable(configuration.getApiKey())
                .or(() -> now.catalog().key(provider))
                .filter(text -> !text.isBlank())
                .or(() -> auth.key(System::getenv));
        if (auth.scheme() == ProviderDescriptor.AuthScheme.NONE || key.isEmpty() && auth.optional()) {
            return new Credentials.None();
        }
        String secret = key.orElseThrow(() -> new IllegalArgumentException("llm:" + provider
                + " needs a key: set the option apiKey, camel.component.llm.apiKeys[" + provider
                + "] or the environment variable " + String.join(" or ", auth.env())));
        return credentials(auth, secret);
    }

    /** A provider's key where it wants it. */
    static Credentials credentials(ProviderDescriptor.Auth auth, String secret) {
        switch (auth.scheme()) {
            case NONE:
                return new Credentials.None();
            case BEARER:
                return Credentials.HeaderKey.bearer(secret);
            case HEADER:
                return Credentials.HeaderKey.of(auth.name().orElseThrow(), secret);
            default:
                return new Credentials.QueryKey(auth.name().orElseThrow(), secret);
        }
    }

    /**
     * The model asked: the header's, else the URI's.
     *
     * @throws LlmInvalidRequestException if neither names one
     */
    String model(Exchange exchange) {
        String header = exchange.getMessage().getHeader(LlmConstants.MODEL, String.class);
        String asked = header == null ? model : header;
        if (asked == null || asked.isBlank()) {
            throw new LlmInvalidRequestException(
                    "llm:" + provider + " needs a model: in the URI or in the header " + LlmConstants.MODEL,
                    ErrorDetails.local(provider, "", "invalid_option", false),
                    null);
        }
        return asked;
    }

    /** Labels for the record of a call: headers, options {@code tag.…}, which win, and where the exchange is from. */
    Map<String, String> tags(Exchange exchange) {
        Map<String, String> tags = new LinkedHashMap<>();
        exchange.getMessage().getHeaders().forEach((name, value) -> {
            if (name.startsWith(TAG_HEADERS) && value != null) {
                tags.put(name.substring(TAG_HEADERS.length()), value.toString());
            }
        });
        configuration.getTags().forEach((name, value) -> tags.put(name, String.valueOf(value)));
        String route = exchange.getFromRouteId();
        if (route != null) {
            tags.put("routeId", route);
        }
        tags.put("exchangeId", exchange.getExchangeId());
        return tags;
    }

    /** An option's text; if it begins with {@code resource:}, the content of that resource. */
    Optional<String> text(@Nullable String option, String optionName) throws Exception {
        if (option == null || !option.startsWith("resource:")) {
            return Optional.ofNullable(option);
        }
        String location = option.substring("resource:".length());
        try (InputStream in = ResourceHelper.resolveMandatoryResourceAsInputStream(getCamelContext(), location)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(
                    "llm:" + provider + ": option " + optionName + " names " + location + ", which cannot be read", e);
        }
    }

    /** The option {@code promptTemplate} in its language; null if it is not set. */
    @Nullable
    Expression promptTemplate() throws Exception {
        Optional<String> template = text(configuration.getPromptTemplate(), "promptTemplate");
        if (template.isEmpty()) {
            return null;
        }
        Expression expression = getCamelContext()
                .resolveLanguage(configuration.getPromptLanguage())
                .createExpression(template.get());
        expression.init(getCamelContext());
        return expression;
    }

    /** The option {@code tools}. */
    List<Tool> tools(OpenAiShape shape) throws Exception {
        Optional<String> tools = text(configuration.getTools(), "tools");
        return tools.isEmpty() ? List.of() : shape.tools(tools.get());
    }

    /** The options {@code extra.…}, values that are JSON as JSON values. */
    Map<String, Object> extra() {
        Map<String, Object> values = new LinkedHashMap<>();
        configuration.getExtra().forEach((name, value) -> values.put(name, jsonValue(value)));
        return values;
    }

    private static Object jsonValue(Object value) {
        if (value instanceof String text) {
            try {
                Object read = Json.MAPPER.readValue(text, Object.class);
                return read == null ? text : read;
            } catch (JsonProcessingException e) {
                // Plain words are text.
                return text;
            }
        }
        return value;
    }

    /** The schema that answers must conform to; empty if neither jsonSchema nor outputClass is set. */
    Optional<StructuredOutput> structuredOutput() throws Exception {
        Optional<Boolean> strict = Optional.ofNullable(configuration.getStrictSchema());
        String outputClass = configuration.getOutputClass();
        // A placeholder that nobody fills leaves an empty text
        Optional<String> schema =
                text(configuration.getJsonSchema(), "jsonSchema").filter(text -> !text.isBlank());
        if (outputClass != null) {
            if (schema.isPresent()) {
                throw new IllegalArgumentException(
                        "llm:" + provider + ": set either jsonSchema or outputClass, not both");
            }
            return Optional.of(StructuredOutput.ofClass(
                    getCamelContext().getClassResolver().resolveMandatoryClass(outputClass), strict));
        }
        return schema.map(text -> StructuredOutput.ofSchema(text, strict));
    }
}
