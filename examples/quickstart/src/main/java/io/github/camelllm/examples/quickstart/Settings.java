package io.github.camelllm.examples.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param inbox folder whose files are read; nothing in it is changed
 * @param workFolder where the database and the dead-letter folder are
 * @param routes which of the two writings of the routes is run
 * @param llm {@code provider}, or {@code provider/model}; empty to take what is there
 * @param baseUrl address of the provider; empty for its usual one
 * @param concurrency how many files are processed at a time
 * @param redeliveries how often a question is repeated while the provider is busy or away
 * @param retry whether files in the dead-letter folder are tried again
 */
record Settings(
        Path inbox,
        Path workFolder,
        Routes routes,
        Optional<String> llm,
        Optional<String> baseUrl,
        int concurrency,
        int redeliveries,
        boolean retry) {
    /** The two writings of the same routes. */
    enum Routes {
        YAML,
        JAVA
    }

    /**
     * Reads {@code inbox}, {@code workdir}, {@code route}, {@code llm}, {@code baseUrl}, {@code concurrency},
     * {@code redeliveries} and {@code retry}. Relative folders are relative to {@code quickstart.startFolder}; the sample
     * inbox is in {@code quickstart.folder}, which both default to the current folder.
     *
     * @param property such as {@code System::getProperty}; blank values count as not given
     * @throws IllegalArgumentException if a value makes no sense
     */
    static Settings of(Function<String, @Nullable String> property) {
        Path start =
                Path.of(text(property, "quickstart.startFolder").orElse("")).toAbsolutePath();
        Path own = Path.of(text(property, "quickstart.folder").orElse("")).toAbsolutePath();
        Optional<Path> given = text(property, "inbox").map(start::resolve).map(Path::normalize);
        Path inbox = given.orElse(own.resolve("inbox")).normalize();
        if (!Files.isDirectory(inbox)) {
            throw new IllegalArgumentException("inbox: there is no folder " + inbox);
        }
        Path work = text(property, "workdir")
                .map(start::resolve)
                .orElseGet(() ->
                        own.resolve("data").resolve(given.map(Settings::nameOf).orElse("sample")))
                .normalize();
        if (work.startsWith(inbox)) {
            throw new IllegalArgumentException("workdir: " + work + " is inside of the inbox " + inbox);
        }
        return new Settings(
                inbox,
                work,
                routes(text(property, "route").orElse("yaml")),
                text(property, "llm"),
                text(property, "baseUrl"),
                number(property, "concurrency", 4, 1, 64),
                number(property, "redeliveries", 5, 0, 100),
                text(property, "retry").map(Boolean::parseBoolean).orElse(false));
    }

    /** Two folders of one name must not share a database. */
    private static String nameOf(Path inbox) {
        return inbox.getFileName() + "-" + Integer.toHexString(inbox.toString().hashCode());
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
        Optional<String> given = text(property, name);
        try {
            int value = given.map(Integer::parseInt).orElse(defaultValue);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": expected a number, got " + given.orElse(""), e);
        }
        throw new IllegalArgumentException(name + ": expected " + least + " to " + most + ", got " + given.orElse(""));
    }

    private static Optional<String> text(Function<String, @Nullable String> property, String name) {
        return Optional.ofNullable(property.apply(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    Path deadLetters() {
        return workFolder.resolve("dead-letter");
    }

    /** The database's file, without its ending. */
    Path database() {
        return workFolder.resolve("results");
    }
}
