package io.github.camelllm.router;

import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.Model;
import io.github.camelllm.catalog.ModelCatalog;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.catalog.YamlConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What others call our providers and their models. */
final class ProviderNames {
    private static final String FILE = "provider-names.yaml";
    private static final ConfigSection NAMES = load();

    static final ProviderNames OPENROUTER_AUTHORS = new ProviderNames("openrouterAuthors");
    static final ProviderNames OPENROUTER_HOSTS = new ProviderNames("openrouterHosts");
    static final ProviderNames PORTKEY = new ProviderNames("portkey");
    static final ProviderNames LITELLM = new ProviderNames("litellm");

    private final Map<String, String> names;

    private ProviderNames(String table) {
        this.names = NAMES.mapOfAny(table);
    }

    private static ConfigSection load() {
        try (InputStream in = ProviderNames.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks its data file router/" + FILE);
            }
            try (Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                ConfigNode tree = YamlConfig.read(FILE, text).get(0);
                return new ConfigSection(
                        "",
                        "the table of names",
                        tree,
                        Set.of("openrouterAuthors", "openrouterHosts", "portkey", "litellm"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("data file router/" + FILE + " could not be read", e);
        }
    }

    /** Names that are known. */
    Set<String> names() {
        return names.keySet();
    }

    /** Our provider of a name; empty if we have none. */
    Optional<String> provider(String name) {
        return Optional.ofNullable(names.get(name)).map(entry -> entry.split(" ", 2)[0]);
    }

    /** The path that they add to an address of a provider that has none; empty if they add none. */
    Optional<String> path(String name) {
        return Optional.ofNullable(names.get(name))
                .filter(entry -> entry.contains(" "))
                .map(entry -> entry.split(" ", 2)[1]);
    }

    /**
     * The id of a model at one of our providers, for an id that somebody else writes: equal but for case, and dots or
     * dashes. Empty if the catalogue lists none.
     *
     * @param foreign without or with the author in front; a listed id counts with and without its own
     */
    static Optional<String> modelAt(String provider, String foreign) {
        String prices = ProviderCatalog.builtIn().get(provider).prices().provider();
        if (ModelCatalog.builtIn().find(prices, foreign).isPresent()) {
            return Optional.of(foreign);
        }
        String wanted = plain(foreign);
        return ModelCatalog.builtIn().models(prices).stream()
                .map(Model::id)
                .filter(id -> plain(id).equals(wanted))
                .findFirst();
    }

    private static String plain(String id) {
        return id.substring(id.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT).replace('.', '-');
    }
}
