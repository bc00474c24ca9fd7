package io.github.camelllm.component;

import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.router.RouterDefinitions;
import io.github.camelllm.router.RouterImport;
import java.io.StringReader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routers of one component, as they are defined now. Thread-safe. */
final class LlmRouters {
    private static final Logger LOG = LoggerFactory.getLogger(LlmRouters.class);

    private final Map<String, AtomicLong> turns = new ConcurrentHashMap<>();
    private final Reloaded<RouterDefinitions> routers;

    /**
     * Reads them for the first time.
     *
     * @throws CatalogException if one is wrong
     */
    LlmRouters(Callable<Reloaded.Source> reader) {
        routers = new Reloaded<>("Routers", reader, LlmRouters::read, LlmRouters::report);
        report(routers.get());
    }

    private static RouterDefinitions read(Reloaded.Source source) {
        RouterDefinitions read = RouterDefinitions.NONE;
        if (!source.location().isEmpty()) {
            read = read.withYaml(
                    source.location(),
                    new StringReader(source.yaml()),
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
        return routers.get().get(name);
    }

    RouterDefinitions definitions() {
        return routers.get();
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
