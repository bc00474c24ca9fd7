package io.github.camelllm.routes.quality;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.gateway.keys.GatewaySettings;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;

/**
 * What judges answers by itself: the properties {@code llm.quality.score.NAME.…}.
 *
 * @param to endpoint that answers are sent to
 * @param percent of the calls that are judged
 * @param tasks only calls for one of these; empty for all
 * @param queue most answers that wait
 * @param threads that judge
 * @param maxBytes longest request or answer that is judged
 */
record ScorerSettings(
        String name, String to, double percent, List<String> tasks, int queue, int threads, int maxBytes) {
    /** Those that this jar has routes for. */
    static final Set<String> READY = Set.of("schema", "refusal", "similarity", "judge");

    private static final String PREFIX = QualitySettings.PREFIX + QualitySettings.SCORE;
    private static final String SCORING = QualitySettings.PREFIX + QualitySettings.SCORING;
    private static final String ROUTE = "llm-score-";
    /** Some are read in the routes. */
    private static final Set<String> KEYS = Set.of("to", "percent", "tasks", "model", "patterns", "instructions");

    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    ScorerSettings {
        tasks = List.copyOf(tasks);
    }

    /** Id of the ready route that has the name, and of one that takes its place. */
    String routeId() {
        return ROUTE + name;
    }

    /** Whether answers go to a route that this jar has. */
    boolean isReady() {
        return READY.contains(name) && to.equals("direct:" + routeId());
    }

    /**
     * @param properties those of {@code llm.quality.}, without that
     * @throws CatalogException if one is unknown or wrong
     */
    static List<ScorerSettings> all(Map<String, String> properties) {
        Map<String, Map<String, String>> byName = new TreeMap<>();
        Map<String, String> common = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(QualitySettings.SCORING)) {
                common.put(key.substring(QualitySettings.SCORING.length()), value);
            } else if (key.startsWith(QualitySettings.SCORE)) {
                String own = key.substring(QualitySettings.SCORE.length());
                int dot = own.indexOf('.');
                if (dot <= 0 || dot == own.length() - 1) {
                    throw new CatalogException("property " + PREFIX + own + ": expected a name and a key, such as "
                            + PREFIX + "refusal.percent");
                }
                byName.computeIfAbsent(own.substring(0, dot), name -> new TreeMap<>())
                        .put(own.substring(dot + 1), value);
            }
        });
        GatewaySettings scoring = new GatewaySettings(SCORING, common, Set.of("queue", "threads", "maxBytes"));
        return byName.entrySet().stream()
                .map(each -> of(each.getKey(), each.getValue(), scoring))
                .toList();
    }

    private static ScorerSettings of(String name, Map<String, String> own, GatewaySettings scoring) {
        GatewaySettings settings = new GatewaySettings(PREFIX + name + ".", own, KEYS);
        if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,63}")) {
            throw new CatalogException("property " + PREFIX + name + ": expected a name of letters, digits, _ and -");
        }
        if (settings.text("to").isEmpty() && !READY.contains(name)) {
            throw new CatalogException(
                    "property " + PREFIX + name + ".to is missing; expected the endpoint that judges,"
                            + " or one of the names " + READY.stream().sorted().toList());
        }
        if (settings.text("to").isEmpty() && name.equals("judge")) {
            settings.required("model", "the model that judges, as provider/model");
        }
        return new ScorerSettings(
                name,
                settings.text("to").orElse("direct:" + ROUTE + name),
                percent(settings),
                settings.list("tasks"),
                scoring.number("queue", 1000, 1, 100_000),
                scoring.number("threads", 1, 1, 64),
                scoring.number("maxBytes", 256 * 1024, 1, 16 << 20));
    }

    private static double percent(GatewaySettings settings) {
        String text = settings.text("percent").orElse("100");
        if (text.matches("\\d{1,3}(\\.\\d{1,6})?")) {
            BigDecimal percent = new BigDecimal(text);
            if (percent.compareTo(ALL) <= 0) {
                return percent.doubleValue();
            }
        }
        throw settings.wrong("percent", "a number from 0 to 100", text);
    }

    /** A property of this, which a ready route's step reads. */
    static String property(CamelContext context, String name, String key, String usual) {
        return context.getPropertiesComponent()
                .resolveProperty(PREFIX + name + "." + key)
                .filter(text -> !text.isBlank())
                .orElse(usual);
    }
}
