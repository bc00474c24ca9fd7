package io.github.camelllm.examples.cost;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run is told.
 *
 * @param llm who is asked, as provider/model; empty for a simulated one
 * @param cheaper who is asked once marketing's soft budget is spent; empty for the one in {@code application.properties}
 * @param baseUrl address of the provider, if it is not the usual one
 * @param jdbc JDBC address of a PostgreSQL server; empty for one that is started
 * @param workdir folder in which each run makes one
 * @param java whether the routes are those in Java
 */
record Settings(
        Optional<String> llm,
        Optional<String> cheaper,
        Optional<String> baseUrl,
        Optional<String> jdbc,
        Path workdir,
        boolean java) {
    private static final String PROVIDER = "openai";

    /**
     * @param properties such as {@code System::getProperty}; blank values count as not given
     * @throws IllegalArgumentException if one of them is wrong
     */
    static Settings of(Function<String, @Nullable String> properties) {
        String route = text(properties, "route").orElse("yaml");
        if (!route.equals("yaml") && !route.equals("java")) {
            throw new IllegalArgumentException("route: expected yaml or java, got " + route);
        }
        Optional<String> llm = model(properties, "llm");
        Optional<String> cheaper = model(properties, "cheaper");
        if (cheaper.isEmpty() && llm.isPresent() && !llm.get().startsWith(PROVIDER + "/")) {
            throw new IllegalArgumentException(
                    "cheaper: expected provider/model of a cheaper model than " + llm.get() + ", got nothing");
        }
        if (cheaper.isPresent() && cheaper.equals(llm)) {
            throw new IllegalArgumentException("cheaper: expected another model than llm, got " + cheaper.get());
        }
        // Its message would repeat the address, which may hold a password
        if (text(properties, "jdbc")
                .filter(url -> !url.startsWith("jdbc:postgresql:"))
                .isPresent()) {
            throw new IllegalArgumentException("jdbc: expected jdbc:postgresql://HOST:PORT/DATABASE?user=NAME");
        }
        Path start = Path.of(text(properties, "example.startFolder").orElse("")).toAbsolutePath();
        Path own = Path.of(text(properties, "example.folder").orElse("")).toAbsolutePath();
        return new Settings(
                llm,
                cheaper,
                text(properties, "baseUrl"),
                text(properties, "jdbc"),
                text(properties, "workdir")
                        .map(start::resolve)
                        .orElse(own.resolve("data"))
                        .normalize(),
                route.equals("java"));
    }

    boolean isSimulated() {
        return llm.isEmpty() && baseUrl.isEmpty();
    }

    /** Id of the provider that is asked first. */
    String provider() {
        return llm.map(name -> name.substring(0, name.indexOf('/'))).orElse(PROVIDER);
    }

    private static Optional<String> model(Function<String, @Nullable String> properties, String name) {
        Optional<String> model = text(properties, name);
        if (model.isPresent() && !model.get().matches("[^/]+/.+")) {
            throw new IllegalArgumentException(name + ": expected provider/model, got " + model.get());
        }
        return model;
    }

    private static Optional<String> text(Function<String, @Nullable String> properties, String name) {
        return Optional.ofNullable(properties.apply(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
