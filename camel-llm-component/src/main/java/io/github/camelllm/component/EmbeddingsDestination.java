package io.github.camelllm.component;

import io.github.camelllm.cache.CacheControl;
import io.github.camelllm.cache.CachedCall;
import io.github.camelllm.cache.EmbeddingsKey;
import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireEmbeddings;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the embeddings of one exchange come from: the cache if its endpoint has one, else the provider. */
final class EmbeddingsDestination {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingsDestination.class);

    private final LlmEndpoint endpoint;
    private final Exchange exchange;
    private final CallTarget target;
    private final Map<String, String> tags;
    private final Deadline deadline;
    private final ExchangeTrace trace;
    private final long begunNanos;
    private volatile Optional<CachedCall.Passed> passed = Optional.empty();

    EmbeddingsDestination(LlmEndpoint endpoint, Exchange exchange, CallTarget target) {
        this.endpoint = endpoint;
        this.exchange = exchange;
        this.target = target;
        tags = endpoint.tags(exchange);
        deadline = endpoint.deadline(exchange);
        trace = endpoint.trace(exchange);
        begunNanos = LlmEndpoint.begunNanos(exchange);
    }

    /** Starts the call and returns at once. */
    void send(EmbeddingsRequest request, CallObserver<EmbeddingsResponse> observer) {
        Optional<EndpointCache> cache = endpoint.cache();
        Optional<EndpointCache.Use> use = cache.map(between -> between.use(exchange, tags));
        CallObserver<EmbeddingsResponse> followed = trace.beginEmbeddings(target, tags, observer);
        if (cache.isPresent() && use.isPresent()) {
            cached(cache.get(), use.get(), request, followed);
        } else {
            ask(request, followed);
        }
    }

    /** As {@link #send(EmbeddingsRequest, CallObserver)}, for a request that the provider gets as it is. No cache is looked at. */
    void send(WireEmbeddings request, CallObserver<WireAnswer> observer) {
        passed = endpoint.cache().map(between -> CachedCall.Passed.BYPASS);
        CallObserver<WireAnswer> followed = trace.beginWireEmbeddings(target, tags, observer);
        endpoint.getComponent()
                .engine()
                .channels()
                .wireEmbeddings()
                .send(
                        Call.of(Operation.EMBEDDINGS, request, target, false, tags)
                                .withDeadline(deadline)
                                .withTrace(trace.current()),
                        followed);
    }

    /** Puts what became of the call on the exchange. The body is left to the caller. */
    void finish(EmbeddingsResponse result, CallRecord record) {
        ResultHeaders.setEmbeddings(exchange.getMessage(), record, result);
        finish(record);
    }

    /** As {@link #finish(EmbeddingsResponse, CallRecord)}, for an answer that was passed on. */
    void finishPassed(CallRecord record) {
        ResultHeaders.set(exchange.getMessage(), record, Optional.empty());
        finish(record);
    }

    private void finish(CallRecord record) {
        ResultHeaders.clearFailure(exchange);
        ResultHeaders.setCacheStatus(
                exchange.getMessage(), record, passed.map(why -> why.name().toLowerCase(Locale.ROOT)));
    }

    private void cached(
            EndpointCache cache,
            EndpointCache.Use use,
            EmbeddingsRequest request,
            CallObserver<EmbeddingsResponse> observer) {
        String key = "";
        CacheControl control = use.control();
        if (control != CacheControl.NO_STORE) {
            try {
                key = EmbeddingsKey.of(use.namespace(), place(), request);
            } catch (IllegalArgumentException e) {
                LOG.debug("A request to {} cannot be compared with others: {}", target, e.getMessage());
                control = CacheControl.NO_STORE;
            }
        }
        cache.embeddings()
                .send(
                        new CachedCall<>(
                                key,
                                false,
                                control,
                                cache.retention(response -> true),
                                Optional.empty(),
                                new CachedCall.Asked(target.provider(), target.telemetryName(), target.model()),
                                tags,
                                deadline,
                                upstream -> ask(request, upstream),
                                why -> passed = Optional.of(why)),
                        observer);
    }

    /** All but the request that an answer depends on, without keys. */
    private List<Object> place() {
        return List.of(target.baseUrl(), target.dialect().name(), target.wire(), target.headers());
    }

    private CallHandle ask(EmbeddingsRequest request, CallObserver<EmbeddingsResponse> observer) {
        return endpoint.getComponent()
                .engine()
                .channels()
                .embeddings()
                .send(
                        Call.of(Operation.EMBEDDINGS, request, target, false, tags)
                                .withDeadline(deadline)
                                .withTrace(trace.current())
                                .begunAt(begunNanos),
                        observer);
    }
}
