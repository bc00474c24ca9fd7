package io.github.camelllm.component;

import io.github.camelllm.cache.CacheControl;
import io.github.camelllm.cache.CachedCall;
import io.github.camelllm.cache.ChatKey;
import io.github.camelllm.cache.ResponseCache;
import io.github.camelllm.cache.SemanticIndex;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the cache before another destination, for the requests of one exchange. */
final class CachedDestination implements ChatDestination {
    private static final Logger LOG = LoggerFactory.getLogger(CachedDestination.class);

    private final Cacheable next;
    private final ResponseCache<ChatResponse> cache;
    private final EndpointCache.Use use;
    private final CachedCall.Retention<ChatResponse> retention;
    private final Optional<SemanticIndex> index;
    private final double semanticThreshold;
    private volatile Optional<CachedCall.Passed> passed = Optional.empty();

    CachedDestination(
            Cacheable next,
            ResponseCache<ChatResponse> cache,
            EndpointCache.Use use,
            CachedCall.Retention<ChatResponse> retention,
            Optional<SemanticIndex> index,
            double semanticThreshold) {
        this.next = next;
        this.cache = cache;
        this.use = use;
        this.retention = retention;
        this.index = index;
        this.semanticThreshold = semanticThreshold;
    }

    @Override
    public String model() {
        return next.model();
    }

    @Override
    public Optional<String> cacheStatus() {
        return passed.map(why -> why.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public CallHandle send(ChatRequest request, boolean stream, CallObserver<ChatResponse> observer) {
        passed = Optional.empty();
        List<Object> place = next.place();
        String key = "";
        CacheControl effective = use.control();
        Optional<CachedCall.Similar> similar = Optional.empty();
        if (effective != CacheControl.NO_STORE) {
            try {
                key = ChatKey.of(use.namespace(), place, request);
                similar = index.flatMap(searched -> ChatKey.question(use.namespace(), place, request)
                        .map(question -> new CachedCall.Similar(question, semanticThreshold, searched)));
            } catch (IllegalArgumentException e) {
                LOG.debug("A request to {} cannot be compared with others: {}", next.model(), e.getMessage());
                effective = CacheControl.NO_STORE;
            }
        }
        return cache.send(
                new CachedCall<>(
                        key,
                        stream,
                        effective,
                        retention,
                        similar,
                        new CachedCall.Asked(next.provider(), next.telemetryName(), next.model()),
                        next.tags(),
                        next.deadline(),
                        upstream -> next.send(request, stream, upstream),
                        why -> passed = Optional.of(why)),
                observer);
    }
}
