package io.github.camelllm.component;

import io.github.camelllm.call.CallChannels;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.CallStatistics;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.call.Guards;
import io.github.camelllm.call.RetryBudgets;
import io.github.camelllm.call.TargetHealths;
import io.github.camelllm.call.Timer;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.router.RoutingChannel;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.tokens.Tokenizers;
import io.github.camelllm.transport.HttpTransport;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/**
 * What all endpoints of one component share: providers, prices, connections, statistics, and the threads that routes go on
 * with once an answer is in. Thread-safe.
 */
final class LlmEngine {
    private static final int MAX_WARNINGS = 1000;

    private final LlmCatalogs catalogs;
    private final HttpTransport transport;
    private final CallChannels channels;
    private final CallStatistics statistics = new CallStatistics();
    private final List<CallRecordListener> listeners = new CopyOnWriteArrayList<>(List.of(statistics));
    private final TokenCounter tokens = TokenCounter.create();
    private final TargetHealths healths;
    private final LlmRouters routers;
    private final RoutingChannel<ChatRequest, ChatResponse> routing;
    private final RoutingChannel<WireRequest, WireAnswer> wireRouting;
    private final Optional<CallTracing> tracing;
    private final Executor workers;
    private final Timer timer;
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /** @param workers runs the rest of a route; I/O threads must not, since the rest may block */
    LlmEngine(
            LlmCatalogs catalogs,
            Guards guards,
            HttpTransport transport,
            TargetHealths healths,
            RetryBudgets retries,
            LlmRouters routers,
            Optional<CallTracing> tracing,
            Executor workers,
            Timer timer) {
        this.catalogs = catalogs;
        this.transport = transport;
        this.healths = healths;
        this.routers = routers;
        this.tracing = tracing;
        this.workers = workers;
        this.timer = timer;
        this.channels = new CallChannels(
                transport,
                this::pricing,
                TokenCounter.using(Tokenizers.NONE),
                tokens,
                guards,
                listeners,
                timer,
                retries);
        this.routing = RoutingChannel.chat(channels.chat(), timer);
        this.wireRouting = RoutingChannel.wireChat(channels.wireChat(), timer);
    }

    LlmCatalogs catalogs() {
        return catalogs;
    }

    /** Providers, models and prices as they are now. */
    LlmCatalogs.Current catalog() {
        return catalogs.current();
    }

    /** Names the prices in use, such as {@code 2026-09-23}. */
    String priceBookVersion() {
        return pricing().book().version();
    }

    CallChannels channels() {
        return channels;
    }

    CallStatistics statistics() {
        return statistics;
    }

    TokenCounter tokens() {
        return tokens;
    }

    Pricing pricing() {
        return catalog().pricing();
    }

    HttpTransport transport() {
        return transport;
    }

    TargetHealths healths() {
        return healths;
    }

    LlmRouters routers() {
        return routers;
    }

    RoutingChannel<ChatRequest, ChatResponse> routing() {
        return routing;
    }

    RoutingChannel<WireRequest, WireAnswer> wireRouting() {
        return wireRouting;
    }

    /** Follows calls; empty if nobody wants to. */
    Optional<CallTracing> tracing() {
        return tracing;
    }

    Timer timer() {
        return timer;
    }

    Executor workers() {
        return workers;
    }

    /** Whether this is the first time, for warnings that are given once. Past a thousand of them, never. */
    boolean isFirst(String warning) {
        return said.size() < MAX_WARNINGS && said.add(warning);
    }

    /** Adds listeners that are not known yet. */
    void addListeners(Iterable<CallRecordListener> more) {
        for (CallRecordListener listener : more) {
            if (!listeners.contains(listener)) {
                listeners.add(listener);
            }
        }
    }
}
