package io.github.camelllm.component;

import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.catalog.ProviderDescriptor.Limits;
import io.github.camelllm.limit.LimitDefinitions;
import io.github.camelllm.limit.LimitSettings;
import io.github.camelllm.limit.LimitStore;
import io.github.camelllm.limit.MemoryLimitStore;
import io.github.camelllm.limit.RateLimits;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The rate limits of one component. Their file and properties are read again while it runs. Thread-safe. */
final class LlmLimits {
    private final Reloaded<LimitDefinitions> definitions;
    private final RateLimits limits;

    /** @throws CatalogException if a limit is wrong */
    LlmLimits(Callable<Reloaded.Source> reader, ProviderCatalog providers, StoreMaker store, LimitSettings settings, Timer timer) {
        definitions = new Reloaded<>("Limits", reader, LlmLimits::read, read -> {});
        limits = new RateLimits(
                definitions::get,
                provider -> providers
                        .find(provider)
                        .map(descriptor -> descriptor.limits())
                        .orElse(Limits.UNKNOWN),
                store.make(),
                timer,
                Clock.systemUTC(),
                settings);
    }

    /** Makes the store once the definitions are known to be right. */
    interface StoreMaker {
        LimitStore make();
    }

    private static LimitDefinitions read(Reloaded.Source source) {
        LimitDefinitions read = LimitDefinitions.NONE;
        if (!source.location().isEmpty()) {
            read = read.withYaml(source.location(), new StringReader(source.yaml()));
        }
        return read.withProperties(source.properties());
    }

    /** @throws IllegalArgumentException if Bucket4j is not on the class path */
    static LimitStore inMemory(Timer timer) {
        try {
            return new MemoryLimitStore(timer);
        } catch (NoClassDefFoundError e) {
            throw new IllegalArgumentException(
                    "Rate limits need com.bucket4j:bucket4j_jdk17-core on the class path; add it to the dependencies", e);
        }
    }

    void watch(Duration interval, Timer timer) {
        if (!definitions.isEmpty()) {
            definitions.watch(interval, timer);
        }
    }

    void refresh() {
        definitions.refresh();
    }

    RateLimits limits() {
        return limits;
    }

    LimitDefinitions definitions() {
        return definitions.get();
    }

    /** Why the newest definitions are not in use; empty if they are. */
    Optional<String> problem() {
        return definitions.problem();
    }

    /** How the store is doing, and who waits, for people. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("store", limits.store().kind());
        state.put("storeState", limits.store().state());
        state.put("limits", List.copyOf(definitions.get().names()));
        state.put("waiting", limits.waiting());
        state.put("heldByProvider", limits.heldByProvider());
        problem().ifPresent(problem -> state.put("notChanged", problem));
        return state;
    }
}
