package io.github.camelllm.component;

import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.router.RouterDefinitions;
import io.github.camelllm.router.RouterImport;
import io.github.camelllm.router.RouterTarget;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routers of one component, as they are defined now. Thread-safe. */
final class LlmRouters {
    private static final Logger LOG = LoggerFactory.getLogger(LlmRouters.class);

    private final Map<String, AtomicLong> turns = new ConcurrentHashMap<>();
    private final Reloaded<RouterDefinitions> routers;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile InUse inUse;

    /**
     * Definitions as they are used.
     *
     * @param written as they were read
     * @param weights of targets that take the place of theirs, by router
     */
    private record InUse(
            RouterDefinitions written, Map<String, Map<String, Double>> weights, RouterDefinitions definitions) {
        static InUse of(RouterDefinitions written, Map<String, Map<String, Double>> weights) {
            if (weights.isEmpty()) {
                return new InUse(written, weights, written);
            }
            List<RouterDefinition> weighted = new ArrayList<>();
            for (RouterDefinition definition : written.all()) {
                Map<String, Double> own = weights.get(definition.name());
                // Weights for other targets than there are now say nothing of these
                // All are new objects: a router that leads to this one must be made anew too
                weighted.add(
                        own != null && own.keySet().equals(Set.copyOf(definition.targetNames()))
                                ? definition.weighted(own)
                                : definition.copy());
            }
            return new InUse(written, weights, written.with(weighted));
        }
    }

    private volatile boolean running;

    /**
     * Reads them for the first time.
     *
     * @param providers those that later definitions may ask; of the first ones, an endpoint that uses a router finds out
     * @throws CatalogException if one is wrong
     */
    LlmRouters(Callable<Reloaded.Source> reader, Supplier<ProviderCatalog> providers) {
        routers = new Reloaded<>(
                "Routers",
                reader,
                source -> {
                    RouterDefinitions read = read(source);
                    if (running) {
                        requireProviders(read, providers.get());
                    }
                    return read;
                },
                LlmRouters::report);
        running = true;
        report(routers.get());
        inUse = InUse.of(routers.get(), Map.of());
    }

    private static RouterDefinitions read(Reloaded.Source source) {
        RouterDefinitions read = RouterDefinitions.NONE;
        if (!source.location().isEmpty()) {
            read = read.withYaml(
                    source.location(),
                    new StringReader(source.text()),
                    RouterImport.Settings.DEFAULT.withEnvironment(name -> Optional.ofNullable(System.getenv(name))));
        }
        return source.properties().isEmpty()
                ? read.validated()
                : read.withProperties(source.properties()).validated();
    }

    private static void report(RouterDefinitions read) {
        for (RouterImport.Note note : read.notes()) {
            LOG.warn("Import of routers: {}", note);
        }
    }

    /** Looks for changes from now on, if there is anything that can change. */
    void watch(Duration interval, Timer timer) {
        if (!routers.isEmpty()) {
            routers.watch(interval, timer);
        }
    }

    /** Reads them again if they have changed. */
    void refresh() {
        routers.refresh();
    }

    /** @throws CatalogException if there is no such router */
    RouterDefinition get(String name) {
        return definitions().get(name);
    }

    /** As they are used now. */
    RouterDefinitions definitions() {
        InUse known = inUse;
        RouterDefinitions written = routers.get();
        if (known.written() == written) {
            return known.definitions();
        }
        lock.lock();
        try {
            if (inUse.written() != written) {
                inUse = InUse.of(written, inUse.weights());
            }
            return inUse.definitions();
        } finally {
            lock.unlock();
        }
    }

    /** As they were read. */
    RouterDefinitions written() {
        return routers.get();
    }

    Map<String, Map<String, Double>> weights() {
        return inUse.weights();
    }

    /** @param weights of targets in place of those of the definitions, by router */
    void weights(Map<String, Map<String, Double>> weights) {
        lock.lock();
        try {
            inUse = InUse.of(routers.get(), weights);
        } finally {
            lock.unlock();
        }
    }

    /** @throws CatalogException if a router asks a provider that there is not */
    void requireProviders(ProviderCatalog providers) {
        requireProviders(routers.get(), providers);
    }

    private static void requireProviders(RouterDefinitions routers, ProviderCatalog providers) {
        for (RouterDefinition router : routers.all()) {
            Stream.of(
                            router.targets(),
                            router.fallbacks().contextWindow(),
                            router.fallbacks().contentFilter())
                    .flatMap(List::stream)
                    .map(RouterTarget::model)
                    .filter(asked -> !asked.isRouter()
                            && providers.find(asked.provider()).isEmpty())
                    .findFirst()
                    .ifPresent(asked -> {
                        throw new CatalogException("router '" + router.name() + "' asks " + asked
                                + ", but there is no provider '" + asked.provider() + "'");
                    });
        }
    }

    /** Why the newest definitions are not in use; empty if they are. */
    Optional<String> problem() {
        return routers.problem();
    }

    /** Number of the next request of a router, from 0; goes on when the router is defined anew. */
    long nextTurn(String name) {
        return turns.computeIfAbsent(name, absent -> new AtomicLong()).getAndIncrement();
    }
}
