package io.github.camelllm.routes.quality;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.NamedTrees;
import io.github.camelllm.routes.gateway.keys.GatewaySettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How one router follows the scores of its targets: the properties {@code llm.quality.rebalance.ROUTER.…}.
 *
 * @param every how often; empty if only when it is told to
 * @param period how far back scores are looked at, in whole days
 * @param task only scores of this task; empty for all
 * @param scores names of what judged; empty for all
 * @param minScores what a target needs to be given another weight
 * @param priorScores how many scores the mean of all targets stands for, beside a target's own
 * @param explorePercent of the requests that all targets share evenly, whatever they are worth
 * @param quality exponent of quality in a target's value
 * @param cost likewise of cost, which divides it
 * @param latency likewise of latency
 */
record RebalanceSettings(
        Optional<Duration> every,
        Duration period,
        Optional<String> task,
        List<String> scores,
        int minScores,
        int priorScores,
        int explorePercent,
        double quality,
        double cost,
        double latency) {
    private static final String PREFIX = QualitySettings.PREFIX + QualitySettings.REBALANCE;
    private static final Set<String> KEYS = Set.of(
            "every",
            "period",
            "task",
            "scores",
            "minScores",
            "priorScores",
            "explorePercent",
            "quality",
            "cost",
            "latency");
    private static final Duration LEAST_EVERY = Duration.ofMinutes(1);
    private static final Duration YEAR = Duration.ofDays(366);
    private static final BigDecimal LARGEST_EXPONENT = BigDecimal.TEN;
    private static final int MOST_SCORES = 1_000_000;

    /** What a router does of which only its name is said. */
    static final RebalanceSettings USUAL = of("", Map.of());

    RebalanceSettings {
        scores = List.copyOf(scores);
    }

    /**
     * @param properties {@code ROUTER.KEY}, without any prefix
     * @return by router
     * @throws CatalogException if one is unknown or wrong
     */
    static Map<String, RebalanceSettings> all(Map<String, String> properties) {
        Map<String, Map<String, String>> byRouter = new TreeMap<>();
        properties.forEach((key, value) -> {
            int dot = NamedTrees.nameEnd(key, KEYS);
            if (dot <= 0 || dot == key.length() - 1) {
                throw new CatalogException("property " + PREFIX + key
                        + ": expected the name of a router and a key, such as " + PREFIX + "support.every");
            }
            byRouter.computeIfAbsent(key.substring(0, dot), router -> new TreeMap<>())
                    .put(key.substring(dot + 1), value);
        });
        Map<String, RebalanceSettings> all = new TreeMap<>();
        byRouter.forEach((router, own) -> all.put(router, of(router + ".", own)));
        return all;
    }

    private static RebalanceSettings of(String router, Map<String, String> properties) {
        GatewaySettings settings = new GatewaySettings(PREFIX + router, properties, KEYS);
        Optional<Duration> every = settings.text("every")
                .filter(text -> !text.equals("never"))
                .map(text -> {
                    Duration duration = settings.duration("every", YEAR, YEAR);
                    if (duration.compareTo(LEAST_EVERY) < 0) {
                        throw settings.wrong("every", "never, or a duration of at least 1m", text);
                    }
                    return duration;
                });
        return new RebalanceSettings(
                every,
                settings.duration("period", Duration.ofDays(30), YEAR),
                settings.text("task"),
                settings.list("scores"),
                settings.number("minScores", 30, 1, MOST_SCORES),
                settings.number("priorScores", 20, 0, MOST_SCORES),
                settings.number("explorePercent", 10, 0, 100),
                exponent(settings, "quality"),
                exponent(settings, "cost"),
                exponent(settings, "latency"));
    }

    private static double exponent(GatewaySettings settings, String key) {
        Optional<String> text = settings.text(key);
        if (text.isEmpty()) {
            return 1;
        }
        if (text.get().matches("\\d{1,2}(\\.\\d{1,6})?")) {
            BigDecimal value = new BigDecimal(text.get());
            if (value.compareTo(LARGEST_EXPONENT) <= 0) {
                return value.doubleValue();
            }
        }
        throw settings.wrong(key, "a number from 0 to 10", text.get());
    }
}
