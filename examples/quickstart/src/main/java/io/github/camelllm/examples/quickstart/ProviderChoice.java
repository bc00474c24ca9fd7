package io.github.camelllm.examples.quickstart;

import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.catalog.ProviderDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which provider and model answer: what the user names, else the first provider whose API key is in the environment (in the
 * order of {@code default-models.txt}), else a local server, else the simulator.
 *
 * @param provider id of the provider
 * @param why one line for the user
 */
record ProviderChoice(String provider, String model, String why) {
    static final String SIMULATOR = "simulator";

    private static final String SIMULATED_MODEL = "simulated-1";
    private static final List<String> LOCAL_SERVERS = List.of("ollama", "llamacpp");

    /** What {@code llm:} takes: {@code provider/model}. */
    String target() {
        return provider + "/" + model;
    }

    boolean isSimulated() {
        return provider.equals(SIMULATOR);
    }

    /**
     * @param wanted {@code provider} or {@code provider/model}; empty to choose
     * @param environment such as {@code System::getenv}
     * @param localModels asks a local server for its models
     * @throws IllegalArgumentException if the wanted provider is unknown, or its model must be named and is not
     */
    static ProviderChoice of(
            Optional<String> wanted, Function<String, @Nullable String> environment, LocalModels localModels) {
        ProviderCatalog catalog = ProviderCatalog.builtIn();
        Map<String, String> defaults = defaultModels();
        if (wanted.isPresent()) {
            return named(wanted.get(), catalog, defaults, environment, localModels);
        }
        for (Map.Entry<String, String> entry : defaults.entrySet()) {
            ProviderDescriptor.Auth auth = catalog.get(entry.getKey()).auth();
            Optional<String> variable = auth.env().stream()
                    .filter(name -> isSet(environment.apply(name)))
                    .findFirst();
            if (variable.isPresent()) {
                return new ProviderChoice(
                        entry.getKey(), entry.getValue(), "because " + variable.get() + " is set; costs money");
            }
        }
        for (String server : LOCAL_SERVERS) {
            String url = catalog.get(server).baseUrl(name -> null, environment);
            Optional<String> model = localModels.first(server, url);
            if (model.isPresent()) {
                return new ProviderChoice(server, model.get(), "because it runs at " + url);
            }
        }
        return new ProviderChoice(SIMULATOR, SIMULATED_MODEL, "because there is neither an API key nor a local server");
    }

    private static ProviderChoice named(
            String wanted,
            ProviderCatalog catalog,
            Map<String, String> defaults,
            Function<String, @Nullable String> environment,
            LocalModels localModels) {
        int slash = wanted.indexOf('/');
        String provider = slash < 0 ? wanted : wanted.substring(0, slash);
        ProviderDescriptor descriptor = catalog.get(provider);
        String why = "as you asked";
        if (slash >= 0 && slash < wanted.length() - 1) {
            return new ProviderChoice(provider, wanted.substring(slash + 1), why);
        }
        if (provider.equals(SIMULATOR)) {
            return new ProviderChoice(SIMULATOR, SIMULATED_MODEL, why);
        }
        if (defaults.containsKey(provider)) {
            return new ProviderChoice(provider, defaults.get(provider), why);
        }
        Optional<String> local = LOCAL_SERVERS.contains(provider)
                ? localModels.first(provider, descriptor.baseUrl(name -> null, environment))
                : Optional.empty();
        return local.map(model -> new ProviderChoice(provider, model, why))
                .orElseThrow(() ->
                        new IllegalArgumentException("llm: name a model too, such as -Dllm=" + provider + "/MODEL"));
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isBlank();
    }

    /** Default models by provider, in the order in which keys are looked for. */
    static Map<String, String> defaultModels() {
        Map<String, String> models = new LinkedHashMap<>();
        try (InputStream in = ProviderChoice.class.getResourceAsStream("/default-models.txt")) {
            if (in == null) {
                throw new IllegalStateException("default-models.txt is not on the class path");
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" ", 2))
                    .forEach(words -> models.put(words[0], words[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return models;
    }
}
