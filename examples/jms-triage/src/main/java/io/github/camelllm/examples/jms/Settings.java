package io.github.camelllm.examples.jms;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run is told.
 *
 * @param llm who answers, as provider/model
 * @param baseUrl address of the provider, if it is not the usual one
 * @param java whether the routes are those in Java
 * @param tickets how many tickets there are
 * @param workers how many workers compete for them
 * @param workdir folder of the database and of the broker
 */
record Settings(String llm, Optional<String> baseUrl, boolean java, int tickets, int workers, Path workdir) {
    private static final int MOST_TICKETS = 100_000;
    private static final int MOST_WORKERS = 20;

    /**
     * @param properties such as {@code System::getProperty}
     * @throws IllegalArgumentException if one of them is wrong
     */
    static Settings of(Function<String, @Nullable String> properties) {
        String route = text(properties, "route").orElse("yaml");
        if (!route.equals("yaml") && !route.equals("java")) {
            throw new IllegalArgumentException("route: expected yaml or java, got " + route);
        }
        String llm = text(properties, "llm").orElse("simulator/triage");
        if (llm.indexOf('/') < 1) {
            throw new IllegalArgumentException("llm: expected provider/model, got " + llm);
        }
        return new Settings(
                llm,
                text(properties, "baseUrl"),
                route.equals("java"),
                number(properties, "tickets", 300, MOST_TICKETS),
                number(properties, "workers", 3, MOST_WORKERS),
                text(properties, "workdir")
                        .map(Path::of)
                        .orElse(Path.of(text(properties, "example.folder").orElse("."), "data"))
                        .toAbsolutePath()
                        .normalize());
    }

    /** What comes before the first slash. */
    String provider() {
        return llm.substring(0, llm.indexOf('/'));
    }

    boolean isSimulated() {
        return provider().equals("simulator");
    }

    /** The database's file, without its ending. */
    Path database() {
        return workdir.resolve("triage");
    }

    private static int number(Function<String, @Nullable String> properties, String name, int usual, int most) {
        String value = text(properties, name).orElse(String.valueOf(usual));
        if (!value.matches("[1-9]\\d{0,5}") || Integer.parseInt(value) > most) {
            throw new IllegalArgumentException(name + ": expected 1 to " + most + ", got " + value);
        }
        return Integer.parseInt(value);
    }

    private static Optional<String> text(Function<String, @Nullable String> properties, String name) {
        return Optional.ofNullable(properties.apply(name)).filter(value -> !value.isBlank());
    }
}
