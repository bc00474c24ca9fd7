package io.github.camelllm.component;

import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ModelCatalog;
import io.github.camelllm.catalog.ModelTable;
import io.github.camelllm.catalog.PriceBook;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.catalog.ProviderCatalog;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Providers with their keys, models and prices of one component, as they are now. Each is read again by itself, so what is wrong
 * with one holds up no other. Calls go on with what they began with. Thread-safe.
 */
final class LlmCatalogs {
    private final List<Consumer<ProviderCatalog>> checks = new CopyOnWriteArrayList<>();
    private final Reloaded<ProviderCatalog> providers;
    private final Reloaded<Map<String, String>> keys;
    private final Reloaded<Models> models;
    private volatile Current current;

    private record Models(ModelCatalog known, PriceBook prices) {
        Models with(ModelTable table) {
            return new Models(known.with(table), prices.with(table));
        }
    }

    /** What is known at one moment; another object after every change. */
    static final class Current {
        private final ProviderCatalog providers;
        private final ModelCatalog models;
        private final Pricing pricing;
        private final Map<String, String> keys;

        private Current(ProviderCatalog providers, Models models, Map<String, String> keys) {
            this.providers = providers;
            this.models = models.known();
            this.pricing = new Pricing(providers, models.prices());
            this.keys = keys;
        }

        ProviderCatalog providers() {
            return providers;
        }

        ModelCatalog models() {
            return models;
        }

        Pricing pricing() {
            return pricing;
        }

        /** The key that settings of the component name for a provider. */
        Optional<String> key(String provider) {
            return Optional.ofNullable(keys.get(provider));
        }
    }

    /**
     * Reads all for the first time.
     *
     * @param keys properties are ids of providers with their keys
     * @throws CatalogException if something is wrong
     */
    LlmCatalogs(Callable<Reloaded.Source> providers, Callable<Reloaded.Source> prices, Callable<Reloaded.Source> keys) {
        this.providers = new Reloaded<>("Providers", providers, this::readProviders, changed -> renew());
        this.models = new Reloaded<>("Models and prices", prices, LlmCatalogs::readModels, changed -> renew());
        this.keys = new Reloaded<>("Keys of providers", keys, Reloaded.Source::properties, changed -> renew());
        this.current = read();
    }

    private ProviderCatalog readProviders(Reloaded.Source source) {
        ProviderCatalog read = ProviderCatalog.builtIn();
        if (!source.location().isEmpty()) {
            read = read.withYaml(source.location(), new StringReader(source.text()));
        }
        ProviderCatalog all = source.properties().isEmpty() ? read : read.withProperties(source.properties());
        checks.forEach(check -> check.accept(all));
        return all;
    }

    /** Shipped ones with those of the user, the later ones winning. */
    private static Models readModels(Reloaded.Source source) {
        Models read = new Models(ModelCatalog.builtIn(), PriceBook.builtIn());
        if (!source.location().isEmpty()) {
            read = read.with(ModelTable.ofCsv(source.location(), new StringReader(source.text())));
        }
        return source.properties().isEmpty() ? read : read.with(ModelTable.ofProperties(source.properties()));
    }

    private Current read() {
        return new Current(providers.get(), models.get(), keys.get());
    }

    private synchronized void renew() {
        current = read();
    }

    Current current() {
        return current;
    }

    /** Looks at providers before they are used from now on; throws a {@link CatalogException} to refuse them. */
    void check(Consumer<ProviderCatalog> check) {
        checks.add(check);
    }

    /** Looks for changes from now on, if there is anything that can change. */
    void watch(Duration interval, Timer timer) {
        Stream.of(providers, models, keys).filter(each -> !each.isEmpty()).forEach(each -> each.watch(interval, timer));
    }

    /** Reads again what has changed. */
    void refresh() {
        keys.refresh();
        models.refresh();
        providers.refresh();
    }

    /** Why the newest definitions are not in use; empty if they are. */
    Optional<String> problem() {
        return providers.problem().or(models::problem).or(keys::problem);
    }
}
