package io.github.camelllm.routes.quality;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.catalog.Glob;
import io.github.camelllm.catalog.Suggestions;
import io.github.camelllm.routes.gateway.keys.GatewaySettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The properties {@code llm.quality.…} that are about judgements.
 *
 * @param ownerTag tag that a call must share with the caller who judges it
 * @param judgesOfAll globs over ids of callers that may judge every call
 * @param labels scores, in ten-thousandths, of labels that come without one
 * @param settleInterval how often the ledger is asked for calls that were judged before it knew them
 * @param maxAge how long a judgement is kept; empty for ever
 */
record QualitySettings(
        String ownerTag,
        List<String> judgesOfAll,
        Map<String, Integer> labels,
        Duration settleInterval,
        Optional<Duration> maxAge) {
    static final String PREFIX = "llm.quality.";
    static final String SCORE = "score.";
    static final String REBALANCE = "rebalance.";
    static final String SCORING = "scoring.";

    private static final String MAX_AGE = "maxAge";
    private static final String FEEDBACK = "feedback.";
    private static final String LABEL = FEEDBACK + "label.";
    private static final Set<String> KEYS = Set.of("owner", "judgesOfAll", "settleInterval");
    private static final Duration USUAL_INTERVAL = Duration.ofSeconds(5);
    private static final Duration SHORTEST_AGE = Duration.ofDays(1);
    private static final Duration LONGEST_AGE = Duration.ofDays(3650);
    private static final Map<String, Integer> USUAL_LABELS =
            Map.of("good", Judgement.BEST, "bad", 0, "up", Judgement.BEST, "down", 0);

    QualitySettings {
        judgesOfAll = List.copyOf(judgesOfAll);
        labels = Map.copyOf(labels);
    }

    /**
     * @param properties without their prefix
     * @throws CatalogException if one is unknown or wrong
     */
    static QualitySettings of(Map<String, String> properties) {
        Map<String, String> own = new TreeMap<>();
        Map<String, Integer> labels = new HashMap<>(USUAL_LABELS);
        properties.forEach((key, value) -> {
            if (key.startsWith(LABEL)) {
                labels.put(key.substring(LABEL.length()), score(key, value));
            } else if (key.startsWith(FEEDBACK)) {
                own.put(key.substring(FEEDBACK.length()), value);
            } else if (!key.equals(MAX_AGE)
                    && !key.startsWith(SCORE)
                    && !key.startsWith(REBALANCE)
                    && !key.startsWith(SCORING)) {
                throw new CatalogException("property " + PREFIX + key + ": expected " + MAX_AGE + ", " + FEEDBACK
                        + "…, " + SCORE
                        + "NAME.…, " + SCORING + "… or " + REBALANCE + "ROUTER.…"
                        + Suggestions.didYouMean(
                                key.split("\\.")[0], Set.of(MAX_AGE, "feedback", "score", "scoring", "rebalance")));
            }
        });
        GatewaySettings settings = new GatewaySettings(PREFIX + FEEDBACK, own, KEYS);
        return new QualitySettings(
                settings.text("owner").orElse("key"),
                settings.list("judgesOfAll"),
                labels,
                settings.duration("settleInterval", USUAL_INTERVAL, Duration.ofHours(1)),
                Optional.ofNullable(properties.get(MAX_AGE))
                        .filter(text -> !text.isBlank())
                        .map(QualitySettings::maxAge));
    }

    private static Duration maxAge(String text) {
        return Durations.parse(text.strip(), LONGEST_AGE)
                .filter(age -> age.compareTo(SHORTEST_AGE) >= 0)
                .orElseThrow(() -> new CatalogException(
                        "property " + PREFIX + MAX_AGE + ": expected a duration from 1d to 3650d, got '" + text + "'"));
    }

    private static int score(String key, String value) {
        try {
            return Judgement.tenThousandths(new BigDecimal(value.strip()));
        } catch (IllegalArgumentException e) {
            throw new CatalogException(
                    "property " + PREFIX + key + ": expected a number from 0 to 1, got '" + value + "'", e);
        }
    }

    boolean mayJudgeAll(String caller) {
        return judgesOfAll.stream().anyMatch(glob -> Glob.matches(glob, caller));
    }

    /** The score that is given, or else that of the label. */
    int score(Optional<BigDecimal> given, Optional<String> label) {
        return given.map(Judgement::tenThousandths)
                .or(() -> label.map(labels::get))
                .orElseThrow(() -> new IllegalArgumentException(
                        "score: expected a number from 0 to 1, or one of these labels without it: "
                                + String.join(
                                        ", ", labels.keySet().stream().sorted().toList())));
    }
}
