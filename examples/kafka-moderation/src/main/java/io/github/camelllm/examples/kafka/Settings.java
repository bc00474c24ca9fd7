package io.github.camelllm.examples.kafka;

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
 * @param comments how many comments there are
 * @param workdir folder of the database and of the broker
 */
record Settings(String llm, Optional<String> baseUrl, boolean java, int comments, Path workdir) {
    static final String SIMULATED = "simulator/moderator";

    private static final int MOST_COMMENTS = 100_000;

    /**
     * @param properties such as {@code System::getProperty}
     * @throws IllegalArgumentException if one of them is wrong
     */
    static Settings of(Function<String, @Nullable String> properties) {
        String route = text(properties, "route").orElse("yaml");
        if (!route.equals("yaml") && !route.equals("java")) {
            throw new IllegalArgumentException("route: expected yaml or java, got " + route);
        }
        String llm = text(properties, "llm").orElse(SIMULATED);
        if (llm.indexOf('/') < 1) {
            throw new IllegalArgumentException("llm: expected provider/model, got " + llm);
        }
        String comments = text(properties, "comments").orElse("240");
        if (!comments.matches("\\d{1,6}") || Integer.parseInt(comments) > MOST_COMMENTS || comments.equals("0")) {
            throw new IllegalArgumentException("comments: expected 1 to " + MOST_COMMENTS + ", got " + comments);
        }
        String folder = text(properties, "example.folder").orElse(".");
        return new Settings(
                llm,
                text(properties, "baseUrl"),
                route.equals("java"),
                Integer.parseInt(comments),
                text(properties, "workdir")
                        .map(Path::of)
                        .orElse(Path.of(folder, "data"))
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
        return workdir.resolve("moderation");
    }

    private static Optional<String> text(Function<String, @Nullable String> properties, String name) {
        return Optional.ofNullable(properties.apply(name)).filter(value -> !value.isBlank());
    }
}
