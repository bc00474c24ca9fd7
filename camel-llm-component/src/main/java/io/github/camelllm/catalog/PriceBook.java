package io.github.camelllm.catalog;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What models cost. Ships with prices of many providers, read from public price lists at a day that each entry names;
 * nothing is ever downloaded. Users override and add with a {@link ModelTable}: for a model that their table prices, the
 * entries before it no longer count.
 *
 * <p>A model is found by its exact id, else, for a dated id or {@code -latest}, by its family
 * ({@code gpt-5-mini-2025-08-07} by {@code gpt-5-mini}). What is not found has no price; it is not free.
 *
 * <p>Immutable and thread-safe; prices of a provider are read when they are first asked for.
 */
public final class PriceBook {
    private static final String FOLDER = "prices/";
    private static final PriceBook BUILT_IN = builtInBook();

    private final String version;
    private final Set<String> shippedProviders;
    /** Users' prices: provider, model, history with the latest first. */
    private final Map<String, Map<String, List<Price>>> own;

    private final Map<String, Map<String, List<Price>>> shipped = new ConcurrentHashMap<>();
    private final Map<String, Map<String, List<Price>>> entries = new ConcurrentHashMap<>();
    private final Map<String, BoundedCache<Optional<Listing>>> listings = new ConcurrentHashMap<>();

    private PriceBook(String version, Set<String> shippedProviders, Map<String, Map<String, List<Price>>> own) {
        this.version = version;
        this.shippedProviders = shippedProviders;
        this.own = own;
    }

    /** The prices that ship in the jar. */
    public static PriceBook builtIn() {
        return BUILT_IN;
    }

    private static PriceBook builtInBook() {
        List<String> lines = Resources.lines(FOLDER + "index.txt");
        return new PriceBook(
                lines.get(0).substring("version ".length()), Set.copyOf(lines.subList(1, lines.size())), Map.of());
    }

    /** This book with a user's prices, which win. */
    public PriceBook with(ModelTable table) {
        Map<String, Map<String, List<Price>>> added = table.prices();
        if (added.isEmpty()) {
            return this;
        }
        Map<String, Map<String, List<Price>>> all = new HashMap<>(own);
        added.forEach((provider, models) -> {
            Map<String, List<Price>> merged = new HashMap<>(all.getOrDefault(provider, Map.of()));
            merged.putAll(models);
            all.put(provider, merged);
        });
        return new PriceBook(version + "+" + table.fingerprint(), shippedProviders, all);
    }

    /**
     * Names these prices, such as {@code 2026-09-23}, or {@code 2026-09-23+1f0e5c44} with a user's table on top. Two books
     * with one version have the same prices.
     */
    public String version() {
        return version;
    }

    /** The price book's names of providers, sorted. */
    public List<String> providers() {
        Set<String> names = new TreeSet<>(shippedProviders);
        names.addAll(own.keySet());
        return List.copyOf(names);
    }

    /** Ids of the models that a provider has prices for, sorted. */
    public List<String> models(String provider) {
        return List.copyOf(new TreeSet<>(entries(provider).keySet()));
    }

    /** All prices of a model under exactly this id, the latest first. */
    public List<Price> history(String provider, String model) {
        return List.copyOf(entries(provider).getOrDefault(model, List.of()));
    }

    /** Shipped prices of a model that no longer count, since a user's table prices it; the latest first, empty if there are none. */
    public List<Price> replaced(String provider, String model) {
        return own.getOrDefault(provider, Map.of()).containsKey(model)
                ? shipped(provider).getOrDefault(model, List.of())
                : List.of();
    }

    /**
     * The price of a model at an instant; the earliest known one for instants before it. Empty if the model has none.
     *
     * @param provider the price book's name, see {@link ProviderDescriptor#prices()}
     */
    public Optional<Price> find(String provider, String model, Instant at) {
        return listing(provider, model).map(listing -> listing.at(at.getEpochSecond()));
    }

    Optional<Listing> listing(String provider, String model) {
        BoundedCache<Optional<Listing>> known = listings.get(provider);
        if (known == null) {
            if (!shippedProviders.contains(provider) && !own.containsKey(provider)) {
                return Optional.empty();
            }
            known = listings.computeIfAbsent(provider, name -> {
                Map<String, List<Price>> ofProvider = entries(name);
                return new BoundedCache<>(id -> ModelIds.listed(id, ofProvider)
                        .map(listed -> new Listing(ofProvider.getOrDefault(listed, List.of()), listed.equals(id))));
            });
        }
        return known.get(model);
    }

    private Map<String, List<Price>> entries(String provider) {
        if (!shippedProviders.contains(provider)) {
            return own.getOrDefault(provider, Map.of());
        }
        return entries.computeIfAbsent(provider, name -> {
            Map<String, List<Price>> merged = new HashMap<>(shipped(name));
            merged.putAll(own.getOrDefault(name, Map.of()));
            return merged;
        });
    }

    private Map<String, List<Price>> shipped(String provider) {
        return shippedProviders.contains(provider)
                ? shipped.computeIfAbsent(provider, PriceBook::readShipped)
                : Map.of();
    }

    private static Map<String, List<Price>> readShipped(String provider) {
        String name = FOLDER + provider + ".csv";
        try (Reader text = Resources.open(name)) {
            return ModelTable.ofCsv(name, text, Optional.of(provider)).prices().getOrDefault(provider, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException("data file " + name + " could not be read", e);
        }
    }

    /** The prices of one model, ready for quick use. */
    static final class Listing {
        private final Price[] latestFirst;
        private final long[] fromEpochSecond;
        private final boolean exact;

        Listing(List<Price> latestFirst, boolean exact) {
            this.latestFirst = latestFirst.toArray(new Price[0]);
            this.fromEpochSecond = latestFirst.stream()
                    .mapToLong(price -> price.effectiveFrom()
                            .map(day -> day.atStartOfDay(ZoneOffset.UTC).toEpochSecond())
                            .orElse(Long.MIN_VALUE))
                    .toArray();
            this.exact = exact;
        }

        /** Whether the id itself is listed, and not only its family. */
        boolean exact() {
            return exact;
        }

        Price at(long epochSecond) {
            for (int i = 0; i < latestFirst.length; i++) {
                if (epochSecond >= fromEpochSecond[i]) {
                    return latestFirst[i];
                }
            }
            return latestFirst[latestFirst.length - 1];
        }

        /** Whether the instant lies before the earliest price. */
        boolean isBefore(long epochSecond) {
            return epochSecond < fromEpochSecond[fromEpochSecond.length - 1];
        }

        @Override
        public String toString() {
            return Arrays.stream(latestFirst).map(Price::model).collect(Collectors.joining(", ", "Listing[", "]"));
        }
    }
}
