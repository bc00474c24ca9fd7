package io.github.camelllm.routes.telemetry;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.catalog.PropertyTree;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The properties {@code llm.telemetry.…}.
 *
 * @param metrics where metrics go; empty if there are none
 * @param traces who has the tracer
 * @param endpoint address of an OTLP receiver, without a path such as {@code /v1/traces}; empty for what {@code otel.…} says
 * @param serviceName {@code service.name} of what is sent to it
 * @param tags tags of calls that our own counters are split by
 * @param maxModels most models that get labels of their own
 * @param maxTagValues most values of each tag that do
 * @param maxSeries most combinations of labels
 * @param interval how often budgets, circuits and queues are looked at
 * @param propagateTo globs over providers that are told the trace
 * @param content what of questions and answers spans hold
 * @param secret what must be shown to read metrics; empty if nothing
 * @param auth whether a secret is wanted: {@code secret} or {@code none}; empty if nothing is said
 */
record TelemetrySettings(
        Set<Metrics> metrics,
        Traces traces,
        Optional<String> endpoint,
        String serviceName,
        List<String> tags,
        int maxModels,
        int maxTagValues,
        int maxSeries,
        Duration interval,
        List<String> propagateTo,
        Content content,
        Optional<String> secret,
        Optional<String> auth) {
    static final String PREFIX = "llm.telemetry.";
    /** A secret that is shorter can be guessed. */
    static final int LEAST_SECRET_CHARS = 16;

    /** {@code from} is read by the route in {@code camel-llm/telemetry}, not here. */
    static final Set<String> KEYS = Set.of(
            "metrics",
            "traces",
            "endpoint",
            "serviceName",
            "tags",
            "maxModels",
            "maxTagValues",
            "maxSeries",
            "interval",
            "propagateTo",
            "content",
            "secret",
            "auth",
            "from");

    private static final int MOST_TAGS = 10;

    TelemetrySettings {
        metrics = Set.copyOf(metrics);
        tags = List.copyOf(tags);
        propagateTo = List.copyOf(propagateTo);
    }

    /** Where metrics go. */
    enum Metrics {
        /** To a page that Prometheus reads. */
        PROMETHEUS,
        /** To the OTLP receiver. */
        OTLP,
        /** To the {@code MeterRegistry} beans of the application. */
        APPLICATION
    }

    /** Who has the tracer. */
    enum Traces {
        OFF,
        /** One of our own, which sends spans to the OTLP receiver. */
        OTLP,
        /** The application, or an agent. */
        APPLICATION
    }

    /** What of questions and answers spans hold. */
    enum Content {
        OFF,
        REDACTED,
        FULL
    }

    /**
     * @param properties without their prefix
     * @throws CatalogException if one is unknown or wrong
     */
    static TelemetrySettings of(Map<String, String> properties) {
        PropertyTree tree = new PropertyTree("properties " + PREFIX + "*");
        properties.forEach((key, value) -> tree.put(
                List.of(key), new Scalar("property " + PREFIX + key, value, value.isBlank() ? Kind.NULL : Kind.TEXT)));
        ConfigSection section = new ConfigSection("", "the properties", tree.entries(), KEYS);
        List<String> tags = section.list("tags");
        if (tags.size() > MOST_TAGS) {
            throw wrong("tags", "at most " + MOST_TAGS + " names of tags", String.valueOf(tags.size()));
        }
        for (String tag : tags) {
            if (!tag.matches("[A-Za-z][A-Za-z0-9_]{0,63}")) {
                throw wrong("tags", "names of letters, digits and underscores", tag);
            }
        }
        return new TelemetrySettings(
                metrics(section.list("metrics")),
                section.oneOf("traces", Traces.class).orElse(Traces.OFF),
                endpoint(section.text("endpoint")),
                section.text("serviceName").orElse("camel-llm"),
                tags,
                (int) section.number("maxModels", 1, 100_000).orElse(200),
                (int) section.number("maxTagValues", 1, 100_000).orElse(100),
                (int) section.number("maxSeries", 1, 1_000_000).orElse(5_000),
                interval(section.text("interval")),
                section.list("propagateTo"),
                section.oneOf("content", Content.class).orElse(Content.OFF),
                secret(section),
                section.text("auth"));
    }

    private static Set<Metrics> metrics(List<String> words) {
        Set<Metrics> metrics = EnumSet.noneOf(Metrics.class);
        for (String word : words) {
            try {
                if (!word.equals(word.toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException(word);
                }
                metrics.add(Metrics.valueOf(word.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                CatalogException wrong = wrong("metrics", "some of prometheus, otlp, application", word);
                wrong.initCause(e);
                throw wrong;
            }
        }
        return metrics;
    }

    private static Optional<String> endpoint(Optional<String> text) {
        text.filter(address -> !address.matches("https?://[^/?#@\\s]+/?")).ifPresent(address -> {
            // What stands before an @ may be a password
            throw wrong(
                    "endpoint",
                    "an address without a path, such as http://localhost:4318",
                    address.contains("@") ? "one with a password" : address);
        });
        return text.map(address -> address.endsWith("/") ? address.substring(0, address.length() - 1) : address);
    }

    private static Duration interval(Optional<String> text) {
        return text.map(words -> Durations.parse(words, Duration.ofMinutes(10))
                        .filter(duration -> duration.compareTo(Duration.ofSeconds(1)) >= 0)
                        .orElseThrow(() -> wrong("interval", "a duration from 1s to 10m", words)))
                .orElse(Duration.ofSeconds(10));
    }

    private static Optional<String> secret(ConfigSection section) {
        Optional<String> secret = section.text("secret").map(String::strip);
        Optional<String> auth = section.text("auth");
        auth.filter(word -> !word.equals("none") && !word.equals("secret")).ifPresent(word -> {
            throw wrong("auth", "secret or none", word);
        });
        if (auth.equals(Optional.of("none")) && secret.isPresent()) {
            throw wrong("auth", "secret, since there is a " + PREFIX + "secret", "none");
        }
        if (auth.equals(Optional.of("secret")) && secret.isEmpty()) {
            throw wrong("secret", "a text of at least " + LEAST_SECRET_CHARS + " characters", "");
        }
        secret.filter(text -> text.length() < LEAST_SECRET_CHARS).ifPresent(text -> {
            throw wrong(
                    "secret",
                    "at least " + LEAST_SECRET_CHARS + " characters",
                    "one of " + text.length() + " characters");
        });
        return secret;
    }

    static CatalogException wrong(String key, String expected, String came) {
        return new CatalogException(
                "property " + PREFIX + key + ": expected " + expected + ", but came '" + came + "'");
    }

    boolean hasMetrics() {
        return !metrics.isEmpty();
    }

    /** All names of settings, sorted. */
    static Set<String> names() {
        return new TreeSet<>(KEYS);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "TelemetrySettings[metrics " + metrics + ", traces " + traces + ", content " + content + "]";
    }
}
