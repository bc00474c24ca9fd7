package io.github.camelllm.routes.store;

import io.github.camelllm.catalog.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * How a shared store of budgets behaves.
 *
 * @param node a name for this process, for people who look into the store; processes may share one
 * @param nodeTimeout a process that has not been heard of for so long is given up, and what it had set aside is charged whole
 * @param timeout longest wait for the store to answer
 * @param maxAsks questions that may wait for the store; more fail at once
 * @param maxSettlements ends of attempts that may wait for the store to come back; of more, the holds stay until this process
 *     is given up
 */
public record BudgetStoreSettings(
        String node, Duration nodeTimeout, Duration timeout, int maxAsks, int maxSettlements) {
    /** Before the names of the properties. */
    public static final String PREFIX = "llm.budgets.";

    static final Duration NODE_TIMEOUT = Duration.ofSeconds(30);
    static final Duration TIMEOUT = Duration.ofSeconds(5);
    static final int MAX_ASKS = 10_000;
    static final int MAX_SETTLEMENTS = 100_000;

    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public BudgetStoreSettings {
        if (!NODE.matcher(node).matches()) {
            throw new IllegalArgumentException(PREFIX
                    + "node must be 1 to 64 letters, digits, dots, hyphens or underscores but is '" + node + "'");
        }
    }

    /**
     * @param properties those that begin with {@link #PREFIX}, without it: {@code node}, {@code nodeTimeout},
     *     {@code storeTimeout}
     * @throws IllegalArgumentException that names the wrong one
     */
    public static BudgetStoreSettings of(Map<String, String> properties) {
        return new BudgetStoreSettings(
                properties.getOrDefault("node", "node"),
                duration(properties, "nodeTimeout", NODE_TIMEOUT),
                duration(properties, "storeTimeout", TIMEOUT),
                MAX_ASKS,
                MAX_SETTLEMENTS);
    }

    private static Duration duration(Map<String, String> properties, String name, Duration otherwise) {
        String text = properties.get(name);
        if (text == null) {
            return otherwise;
        }
        return Durations.parse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        PREFIX + name + " must be " + Durations.EXPECTED + " but is '" + text + "'"));
    }

    /**
     * The name of a process in the store, never used before: a process that starts again under its old name must not keep its
     * dead forerunner alive.
     */
    String newNode() {
        return node + "-" + UUID.randomUUID();
    }
}
