package io.github.camelllm.examples.rag;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param inbox folder with Markdown and text files, read with all folders in it
 * @param questions file with one question a line
 * @param ask one question instead of those in the file
 * @param model who answers
 * @param embeddings who makes the vectors
 * @param db JDBC address of a PostgreSQL server; empty for one that is started
 * @param workFolder where the started server keeps its data
 * @param java whether the routes in Java are run instead of those in YAML
 */
record Settings(
        Path inbox,
        Path questions,
        Optional<String> ask,
        String model,
        String embeddings,
        Optional<String> db,
        Path workFolder,
        boolean java) {
    static final String SIMULATED = "simulator/simulated-1";

    /**
     * @param property such as {@code System::getProperty}; blank values count as not given
     * @throws IllegalArgumentException if a value makes no sense
     */
    static Settings of(Function<String, @Nullable String> property) {
        Path start = Path.of(text(property, "example.startFolder").orElse("")).toAbsolutePath();
        Path own = Path.of(text(property, "example.folder").orElse("")).toAbsolutePath();
        Path inbox = text(property, "inbox")
                .map(start::resolve)
                .orElse(own.resolve("../../docs"))
                .normalize();
        if (!Files.isDirectory(inbox)) {
            throw new IllegalArgumentException("inbox: there is no folder " + inbox);
        }
        Path questions = text(property, "questions")
                .map(start::resolve)
                .orElse(own.resolve("questions.txt"))
                .normalize();
        Optional<String> ask = text(property, "ask");
        if (ask.isEmpty() && !Files.isRegularFile(questions)) {
            throw new IllegalArgumentException("questions: there is no file " + questions);
        }
        String route = text(property, "route").orElse("yaml").toLowerCase(Locale.ROOT);
        if (!route.equals("yaml") && !route.equals("java")) {
            throw new IllegalArgumentException("route: expected yaml or java, got " + route);
        }
        return new Settings(
                inbox,
                questions,
                ask,
                model(property, "llm"),
                model(property, "embeddings"),
                text(property, "db"),
                text(property, "workdir")
                        .map(start::resolve)
                        .orElse(own.resolve("data"))
                        .normalize(),
                route.equals("java"));
    }

    private static String model(Function<String, @Nullable String> property, String name) {
        String model = text(property, name).orElse(SIMULATED);
        if (!model.matches("[^/]+/.+")) {
            throw new IllegalArgumentException(name + ": expected provider/model, got " + model);
        }
        return model;
    }

    private static Optional<String> text(Function<String, @Nullable String> property, String name) {
        return Optional.ofNullable(property.apply(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    boolean isSimulated() {
        return model.startsWith("simulator/") || embeddings.startsWith("simulator/");
    }
}
