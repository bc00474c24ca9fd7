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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.RuntimeCamelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routers of one component. Their file and properties are read again while it runs; what cannot be read is refused, and
 * what was there before stays. Thread-safe.
 */
final class LlmRouters {
    private static final Logger LOG = LoggerFactory.getLogger(LlmRouters.class);

    private final Callable<Source> reader;
    private final Map<String, AtomicLong> turns = new ConcurrentHashMap<>();
    private volatile Source source;
    private volatile RouterDefinitions definitions;
    private volatile @Nullable String problem;

    /**
     * Where definitions come from, as they were when it was read.
     *
     * @param location of the file; empty if there is none
     * @param yaml its text
     * @param properties without their prefix
     */
    record Source(String location, String yaml, Map<String, String> properties) {
        boolean isEmpty() {
            return location.isEmpty() && properties.isEmpty();
        }

        RouterDefinitions definitions() {
            RouterDefinitions read = RouterDefinitions.NONE;
            if (!location.isEmpty()) {
                read = read.withYaml(
                        location,
                        new StringReader(yaml),
                        RouterImport.Settings.DEFAULT.withEnvironment(
                                name -> Optional.ofNullable(System.getenv(name))));
            }
            return properties.isEmpty()
                    ? read.validated()
                    : read.withProperties(properties).validated();
        }
    }

    /**
     * Reads them for the first time.
     *
     * @throws CatalogException if one is wrong
     */
    LlmRouters(Callable<Source> reader) {
        this.reader = reader;
        try {
            source = reader.call();
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
        definitions = source.definitions();
        report(definitions);
    }

    /** Looks for changes from now on, if there is anything that can change. */
    void watch(Duration interval, Timer timer) {
        if (interval.isZero() || source.isEmpty()) {
            return;
        }
        try {
            timer.schedule(interval, () -> {
                refresh();
                watch(interval, timer);
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("Routers are not watched any more: the component has stopped");
        }
    }

    /** Reads them again if they have changed. */
    void refresh() {
        try {
            Source now = reader.call();
            if (now.equals(source)) {
                return;
            }
            source = now;
            definitions = now.definitions();
            problem = null;
            LOG.info("Routers were read again: {}", definitions.names());
            report(definitions);
        } catch (Exception e) {
            String words = e instanceof CatalogException ? String.valueOf(e.getMessage()) : e.toString();
            if (!words.equals(problem)) {
                LOG.error("Routers were not changed, since their new definition cannot be used: {}", words);
            }
            problem = words;
        }
    }

    private static void report(RouterDefinitions read) {
        for (RouterImport.Note note : read.notes()) {
            LOG.warn("Import of routers: {}", note);
        }
    }

    /** @throws CatalogException if there is no such router */
    RouterDefinition get(String name) {
        return definitions.get(name);
    }

    RouterDefinitions definitions() {
        return definitions;
    }

    /** Why the newest definitions are not in use; empty if they are. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Number of the next request of a router, from 0; goes on when the router is defined anew. */
    long nextTurn(String name) {
        return turns.computeIfAbsent(name, absent -> new AtomicLong()).getAndIncrement();
    }
}
