package io.github.camelllm.catalog;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of models. Finds them as {@link PriceBook} does, and takes users' entries in the same {@link ModelTable};
 * an entry of theirs replaces the one before it whole.
 *
 * <p>Immutable and thread-safe; models of a provider are read when they are first asked for.
 */
public final class ModelCatalog {
    private static final String FOLDER = "models/";
    private static final ModelCatalog BUILT_IN =
            new ModelCatalog(Set.copyOf(Resources.lines(FOLDER + "index.txt")), Map.of());

    private final Set<String> shippedProviders;
    private final Map<String, Map<String, Model>> own;
    private final Map<String, Map<String, Model>> entries = new ConcurrentHashMap<>();
    private final Map<String, BoundedCache<Optional<Model>>> found = new ConcurrentHashMap<>();

    private ModelCatalog(Set<String> shippedProviders, Map<String, Map<String, Model>> own) {
        this.shippedProviders = shippedProviders;
        this.own = own;
    }

    /** The models that ship in the jar. */
    public static ModelCatalog builtIn() {
        return BUILT_IN;
    }

    /** This catalogue with a user's models, which win. */
    public ModelCatalog with(ModelTable table) {
        Map<String, Map<String, Model>> added = table.models();
        if (added.isEmpty()) {
            return this;
        }
        Map<String, Map<String, Model>> all = new HashMap<>(own);
        added.forEach((provider, models) -> {
            Map<String, Model> merged = new HashMap<>(all.getOrDefault(provider, Map.of()));
            merged.putAll(models);
            all.put(provider, merged);
        });
        return new ModelCatalog(shippedProviders, all);
    }

    /** A model of a provider; empty if nothing is known of it. */
    public Optional<Model> find(ProviderDescriptor provider, String modelId) {
        return find(provider.prices().provider(), provider.prices().modelOf(modelId));
    }

    /** @param provider the price book's name, see {@link ProviderDescriptor#prices()} */
    public Optional<Model> find(String provider, String modelId) {
        BoundedCache<Optional<Model>> known = found.get(provider);
        if (known == null) {
            if (!shippedProviders.contains(provider) && !own.containsKey(provider)) {
                return Optional.empty();
            }
            known = found.computeIfAbsent(provider, name -> {
                Map<String, Model> ofProvider = entries(name);
                return new BoundedCache<>(id ->
                        ModelIds.listed(id, ofProvider).flatMap(listed -> Optional.ofNullable(ofProvider.get(listed))));
            });
        }
        return known.get(modelId);
    }

    /** All models of a provider, sorted by id; empty if none is known. */
    public List<Model> models(String provider) {
        return List.copyOf(entries(provider).values());
    }

    private Map<String, Model> entries(String provider) {
        if (!shippedProviders.contains(provider)) {
            return new TreeMap<>(own.getOrDefault(provider, Map.of()));
        }
        return entries.computeIfAbsent(provider, name -> {
            Map<String, Model> merged = new TreeMap<>(shipped(name));
            merged.putAll(own.getOrDefault(name, Map.of()));
            return merged;
        });
    }

    private static Map<String, Model> shipped(String provider) {
        String name = FOLDER + provider + ".csv";
        try (Reader text = Resources.open(name)) {
            return ModelTable.ofCsv(name, text, Optional.of(provider)).models().getOrDefault(provider, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException("data file " + name + " could not be read", e);
        }
    }
}
