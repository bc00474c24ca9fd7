package io.github.camelllm.router;

import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What LiteLLM's {@code router_settings} and {@code litellm_settings} say of all models: how one is picked, how often a call is
 * repeated, how long it may take and what is asked after it. What is read first wins.
 */
final class LiteLlmSettings {
    private final List<RouterImport.Note> notes;
    private Strategy strategy = Strategy.WEIGHTED;
    private OptionalInt retries = OptionalInt.empty();
    private Optional<BigDecimal> timeoutSeconds = Optional.empty();
    private Optional<BigDecimal> streamTimeoutSeconds = Optional.empty();
    private final Map<String, List<String>> fallbacks = new LinkedHashMap<>();
    private final Map<String, List<String>> contextWindow = new LinkedHashMap<>();
    private final Map<String, List<String>> contentPolicy = new LinkedHashMap<>();
    private final List<String> defaultFallbacks = new ArrayList<>();

    /** @param notes gets what has no counterpart here */
    LiteLlmSettings(List<RouterImport.Note> notes) {
        this.notes = notes;
    }

    Strategy strategy() {
        return strategy;
    }

    OptionalInt retries() {
        return retries;
    }

    Optional<BigDecimal> timeoutSeconds() {
        return timeoutSeconds;
    }

    Optional<BigDecimal> streamTimeoutSeconds() {
        return streamTimeoutSeconds;
    }

    /** Models that are asked after one fails, in the order of LiteLLM. */
    List<String> fallbacksOf(String model) {
        return fallbacks.getOrDefault(model, fallbacks.getOrDefault("*", defaultFallbacks));
    }

    /** By model, with {@code *} for all others: models that are asked when a request is too long. */
    Map<String, List<String>> contextWindow() {
        return contextWindow;
    }

    /** By model, with {@code *} for all others: models that are asked when an answer was withheld. */
    Map<String, List<String>> contentPolicy() {
        return contentPolicy;
    }

    void read(ForeignMap map) {
        map.text("routing_strategy").ifPresent(word -> strategy = strategy(map, word));
        if (retries.isEmpty()) {
            retries = map.number("num_retries")
                    .map(number ->
                            OptionalInt.of(number.min(BigDecimal.valueOf(100)).intValue()))
                    .orElse(OptionalInt.empty());
        }
        timeoutSeconds = timeoutSeconds.or(() -> map.number("timeout")).or(() -> map.number("request_timeout"));
        streamTimeoutSeconds = streamTimeoutSeconds.or(() -> map.number("stream_timeout"));
        readFallbacks(map, "fallbacks", fallbacks);
        readFallbacks(map, "context_window_fallbacks", contextWindow);
        readFallbacks(map, "content_policy_fallbacks", contentPolicy);
        defaultFallbacks.addAll(map.texts("default_fallbacks"));
        if (map.keys().contains("fallbacks") || map.keys().contains("default_fallbacks")) {
            map.noteTaken(
                    map.keys().contains("fallbacks") ? "fallbacks" : "default_fallbacks",
                    "LiteLLM goes on after every error",
                    "wrong keys and invalid requests end the request: they would fail, or hide a mistake, everywhere");
        }
        String breaker = "every target has a circuit breaker with settings of the component";
        for (String key : List.of("allowed_fails", "cooldown_time", "disable_cooldowns", "allowed_fails_policy")) {
            map.note(key, breaker, "those settings hold");
        }
        for (String key : List.of("retry_policy", "model_group_retry_policy", "retry_after")) {
            map.note(
                    key,
                    "what is repeated, and when, is decided by the kind of failure",
                    "rate limits, timeouts and unavailable providers are repeated, as often as num_retries says");
        }
        map.take("enable_pre_call_checks")
                .filter(node -> node instanceof Scalar scalar && scalar.value().equalsIgnoreCase("false"))
                .ifPresent(node -> map.noteTaken(
                        "enable_pre_call_checks",
                        "a router always leaves out what a request does not fit into",
                        "it does so here, too"));
        map.take("drop_params")
                .filter(node -> node instanceof Scalar scalar && scalar.value().equalsIgnoreCase("true"))
                .ifPresent(node -> map.noteTaken(
                        "drop_params",
                        "an option that changes what is asked is refused where a provider lacks it",
                        "set the endpoint's option unsupported to drop for this behaviour"));
    }

    private Strategy strategy(ForeignMap map, String word) {
        switch (word) {
            case "simple-shuffle":
                return Strategy.WEIGHTED;
            case "least-busy":
                return Strategy.LEAST_BUSY;
            case "latency-based-routing":
                return Strategy.FASTEST;
            case "cost-based-routing":
                return Strategy.CHEAPEST;
            case "usage-based-routing":
            case "usage-based-routing-v2":
                map.noteTaken(
                        "routing_strategy",
                        "a router does not compare tokens used in a minute",
                        "the target with the fewest calls under way is asked");
                return Strategy.LEAST_BUSY;
            default:
                map.noteTaken("routing_strategy", "a router has no such strategy", "targets are picked by weight");
                return Strategy.WEIGHTED;
        }
    }

    /** A list of maps from a model name to others. */
    private void readFallbacks(ForeignMap map, String key, Map<String, List<String>> into) {
        List<ConfigNode> list = map.list(key);
        for (int i = 0; i < list.size(); i++) {
            String path = map.path(key) + "[" + i + "]";
            ForeignMap entry = ForeignMap.of(path, list.get(i), notes);
            for (String model : List.copyOf(entry.keys())) {
                List<String> others = new ArrayList<>();
                List<ConfigNode> given = entry.list(model);
                for (int j = 0; j < given.size(); j++) {
                    String place = entry.path(model) + "[" + j + "]";
                    if (given.get(j) instanceof Entries) {
                        notes.add(new RouterImport.Note(
                                place,
                                "a map",
                                "a fallback with another prompt is no matter of a router",
                                LiteLlmImport.LEFT_OUT));
                    } else {
                        others.add(ForeignMap.text(place, given.get(j)));
                    }
                }
                into.putIfAbsent(model, others);
            }
        }
    }
}
