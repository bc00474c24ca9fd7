package io.github.camelllm.component;

import io.github.camelllm.cache.CacheControl;
import io.github.camelllm.cache.CachedCall;
import io.github.camelllm.cache.ResponseCache;
import io.github.camelllm.cache.SemanticIndex;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.jspecify.annotations.Nullable;

/** How one endpoint uses the cache, by its options. Thread-safe. */
final class EndpointCache {
    private static final String TENANT_TAG = "tenant";

    private final LlmConfiguration configuration;
    private final LlmCaches caches;
    private final Optional<SemanticIndex> index;
    private final @Nullable Expression namespace;
    private final String provider;

    /** @throws IllegalArgumentException if an option is wrong, or what it needs is not there */
    private EndpointCache(LlmEndpoint endpoint, LlmCaches caches, boolean semantic) {
        configuration = endpoint.getConfiguration();
        provider = endpoint.getProvider();
        String asked = "llm:" + provider;
        if (configuration.getCacheTtl().isNegative()
                || configuration.getCacheTtl().isZero()) {
            throw new IllegalArgumentException(
                    asked + ": cacheTtl must be above 0 but is " + configuration.getCacheTtl());
        }
        double threshold = configuration.getSemanticThreshold();
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException(
                    asked + ": semanticThreshold must be above 0 up to 1 but is " + threshold);
        }
        this.caches = caches;
        // Wrong properties are to be seen at the first call, whatever it asks
        caches.chats();
        index = semantic ? Optional.of(caches.semanticIndex()) : Optional.empty();
        String option = configuration.getCacheNamespace();
        namespace = option == null
                ? null
                : endpoint.getCamelContext().resolveLanguage("simple").createExpression(option);
        if (namespace != null) {
            namespace.init(endpoint.getCamelContext());
        }
    }

    /** What an endpoint does with it; empty if its option says off. */
    static Optional<EndpointCache> of(LlmEndpoint endpoint, LlmCaches caches) {
        String mode = endpoint.getConfiguration().getCache();
        String operation = endpoint.getConfiguration().getOperation();
        switch (mode) {
            case "off":
                return Optional.empty();
            case "exact":
            case "semantic":
                return Optional.of(new EndpointCache(
                        endpoint,
                        caches,
                        mode.equals("semantic") && !operation.equals(Operation.EMBEDDINGS.wireName())));
            default:
                throw new IllegalArgumentException("llm:" + endpoint.getProvider()
                        + ": cache must be off, exact or semantic but is '" + mode + "'");
        }
    }

    /**
     * The destination with the cache before it.
     *
     * @param schema that answers must conform to: one that does not is not kept
     */
    CachedDestination before(
            ChatDestination.Cacheable destination, Exchange exchange, Optional<StructuredOutput> schema) {
        Use use = use(exchange, destination.tags());
        Predicate<ChatResponse> acceptable = schema.<Predicate<ChatResponse>>map(output -> response ->
                        !ChatProcessor.answerOf(response).toolCalls().isEmpty()
                                || output.check(response.text()).isValid())
                .orElse(response -> true);
        return new CachedDestination(
                destination, caches.chats(), use, retention(acceptable), index, configuration.getSemanticThreshold());
    }

    /** The cache of embeddings. */
    ResponseCache<EmbeddingsResponse> embeddings() {
        return caches.embeddings();
    }

    /** How answers are kept. */
    <R> CachedCall.Retention<R> retention(Predicate<R> acceptable) {
        return new CachedCall.Retention<>(configuration.getCacheTtl(), configuration.getCacheMaxBytes(), acceptable);
    }

    /**
     * What one exchange wants of the cache.
     *
     * @param namespace whose answers it may be given
     */
    record Use(String namespace, CacheControl control) {}

    /** @param tags of the call, one of which may be the namespace */
    Use use(Exchange exchange, Map<String, String> tags) {
        Optional<String> owner = namespace(exchange, tags);
        // An answer that somebody's own key has paid for is nobody else's
        boolean own = exchange.getProperty(LlmConstants.CALLER_KEYS) != null;
        return new Use(owner.orElse(""), owner.isEmpty() || own ? CacheControl.NO_STORE : control(exchange));
    }

    /** Empty if an expression says that the message is nobody's: it must not meet those of others. */
    private Optional<String> namespace(Exchange exchange, Map<String, String> tags) {
        if (namespace == null) {
            return Optional.of(tags.getOrDefault(TENANT_TAG, ""));
        }
        return Optional.ofNullable(namespace.evaluate(exchange, String.class)).filter(text -> !text.isBlank());
    }

    private CacheControl control(Exchange exchange) {
        String header = exchange.getMessage().getHeader(LlmConstants.CACHE_CONTROL, String.class);
        return header == null
                ? CacheControl.USE
                : CacheControl.of(header)
                        .orElseThrow(() -> new LlmInvalidRequestException(
                                "llm:" + provider + ": header " + LlmConstants.CACHE_CONTROL
                                        + " must be no-cache or no-store",
                                ErrorDetails.local(provider, "", "invalid_option", false),
                                null));
    }
}
