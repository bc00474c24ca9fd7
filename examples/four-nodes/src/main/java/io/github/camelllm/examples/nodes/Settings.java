package io.github.camelllm.examples.nodes;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run is told.
 *
 * @param llm who answers, as provider/model
 * @param simulated whether the simulator plays the provider
 * @param baseUrl address of the provider, if it is not the usual one
 * @param java whether the routes are those in Java
 * @param redis URI of a Redis that is there already; empty to start one
 * @param nodes how many processes there are
 * @param questions how many questions each of them has
 * @param budget what all of them may spend, in US dollars
 * @param workdir folder of Redis, of the questions and of the logs
 */
record Settings(
        String llm,
        boolean simulated,
        Optional<String> baseUrl,
        boolean java,
        Optional<String> redis,
        int nodes,
        int questions,
        BigDecimal budget,
        Path workdir) {
    private static final String SIMULATED = "openai/gpt-5-mini";
    private static final int MOST_NODES = 16;
    private static final int MOST_QUESTIONS = 900;

    /**
     * @param properties such as {@code System::getProperty}
     * @throws IllegalArgumentException if one of them is wrong
     */
    static Settings of(Function<String, @Nullable String> properties) {
        String route = text(properties, "route").orElse("yaml");
        if (!route.equals("yaml") && !route.equals("java")) {
            throw new IllegalArgumentException("route: expected yaml or java, got " + route);
        }
        Optional<String> llm = text(properties, "llm");
        Optional<String> baseUrl = text(properties, "baseUrl");
        if (llm.isPresent() && llm.get().indexOf('/') < 1) {
            throw new IllegalArgumentException("llm: expected provider/model, got " + llm.get());
        }
        Optional<String> redis = text(properties, "redis");
        if (redis.isPresent() && !redis.get().matches("rediss?(-sentinel)?://.+")) {
            // Without the value: it may hold a password
            throw new IllegalArgumentException("redis: expected a URI such as redis://localhost:6379");
        }
        String budget = text(properties, "budget").orElse("0.02");
        if (!budget.matches("\\d{1,6}(\\.\\d{1,9})?") || new BigDecimal(budget).signum() == 0) {
            throw new IllegalArgumentException("budget: expected US dollars such as 0.02, got " + budget);
        }
        return new Settings(
                llm.orElse(SIMULATED),
                llm.isEmpty() && baseUrl.isEmpty(),
                baseUrl,
                route.equals("java"),
                redis,
                number(properties, "nodes", 4, MOST_NODES),
                number(properties, "questions", 70, MOST_QUESTIONS),
                new BigDecimal(budget),
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

    String model() {
        return llm.substring(llm.indexOf('/') + 1);
    }

    private static Optional<String> text(Function<String, @Nullable String> properties, String name) {
        return Optional.ofNullable(properties.apply(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static int number(Function<String, @Nullable String> properties, String name, int usual, int most) {
        String text = text(properties, name).orElse(String.valueOf(usual));
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException(name + ": expected 1 to " + most + ", got " + text);
        }
        return Integer.parseInt(text);
    }
}
