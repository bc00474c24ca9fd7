package io.github.camelllm.examples.csvenrichment;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run is given.
 *
 * @param input the file to read; a sample is made in the work folder if there is none
 * @param workFolder where the table, the enriched file and the dead letters go
 * @param rows of the sample
 * @param llm provider/model
 * @param baseUrl address of the provider in place of its own
 * @param parallelism rows at a time
 */
record Settings(
        Optional<Path> input,
        Path workFolder,
        long rows,
        String llm,
        Optional<String> baseUrl,
        Routes routes,
        int parallelism) {
    enum Routes {
        YAML,
        JAVA
    }

    /**
     * Reads the options {@code input}, {@code workdir}, {@code rows}, {@code llm}, {@code baseUrl}, {@code route} and
     * {@code parallelism}; blank ones count as not given.
     *
     * @throws IllegalArgumentException if a value makes no sense
     */
    static Settings of(Function<String, @Nullable String> property) {
        Path start = Path.of(text(property, "example.startFolder").orElse("")).toAbsolutePath();
        Path own = Path.of(text(property, "example.folder").orElse("")).toAbsolutePath();
        Optional<Path> input = text(property, "input").map(start::resolve).map(Path::normalize);
        String llm = text(property, "llm").orElse("simulator/any");
        if (!llm.matches("[^/]+/.+")) {
            throw new IllegalArgumentException("llm: expected provider/model, got " + llm);
        }
        Path work = text(property, "workdir")
                .map(start::resolve)
                .orElseGet(() -> own.resolve("data")
                        .resolve(input.map(file -> file.getFileName() + "-"
                                        + Integer.toHexString(file.toString().hashCode()))
                                .orElse("sample")))
                .normalize();
        return new Settings(
                input,
                work,
                number(property, "rows", 2000, 1, 100_000_000),
                llm,
                text(property, "baseUrl"),
                routes(text(property, "route").orElse("yaml")),
                number(property, "parallelism", 8, 1, 60));
    }

    private static Routes routes(String name) {
        try {
            return Routes.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("route: expected yaml or java, got " + name, e);
        }
    }

    private static int number(
            Function<String, @Nullable String> property, String name, int defaultValue, int least, int most) {
        String given = text(property, name).orElse(String.valueOf(defaultValue));
        try {
            int value = Integer.parseInt(given);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": expected a number, got " + given, e);
        }
        throw new IllegalArgumentException(name + ": expected " + least + " to " + most + ", got " + given);
    }

    private static Optional<String> text(Function<String, @Nullable String> property, String name) {
        return Optional.ofNullable(property.apply(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** The file to read. */
    Path file() {
        return input.orElseGet(() -> workFolder.resolve("inbox").resolve("feedback.csv"));
    }
}
