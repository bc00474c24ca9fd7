package io.github.camelllm.limit;

import io.github.camelllm.catalog.Durations;
import java.time.Duration;
import java.util.Map;

/**
 * What holds for all limits: properties {@code llm.limits.KEY}.
 *
 * @param nodes how many nodes are assumed at least when a shared store is lost
 * @param minute how long a minute is; another length than 60 s is for tests that cannot wait
 */
public record LimitSettings(int nodes, Duration minute) {
    public static final LimitSettings DEFAULT = new LimitSettings(1, Duration.ofMinutes(1));

    /**
     * @param properties {@code nodes}, {@code minute}
     * @throws IllegalArgumentException naming the property that is wrong
     */
    public static LimitSettings of(Map<String, String> properties) {
        String nodes = properties.getOrDefault("nodes", "1").trim();
        String minute = properties.getOrDefault("minute", "1m").trim();
        if (!nodes.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException(
                    "llm.limits.nodes must be a number from 1 to 9999 but is '" + nodes + "'");
        }
        return new LimitSettings(
                Integer.parseInt(nodes),
                Durations.parse(minute)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "llm.limits.minute must be " + Durations.EXPECTED + " but is '" + minute + "'")));
    }
}
