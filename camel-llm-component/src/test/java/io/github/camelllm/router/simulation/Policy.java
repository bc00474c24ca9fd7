package io.github.camelllm.router.simulation;

import io.github.camelllm.router.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A way to choose targets.
 *
 * @param name for the report
 * @param strategy of a router; empty for a blind one
 * @param order of a blind one, which looks neither at health nor at the request
 * @param failover whether a blind one asks the next target after a failure; a router always does
 * @param preferredMaxLatency of a router
 */
record Policy(
        String name,
        Optional<Strategy> strategy,
        Order order,
        boolean failover,
        Optional<Duration> preferredMaxLatency) {
    /** How blind policies order targets. */
    enum Order {
        AS_LISTED,
        IN_TURN,
        AT_RANDOM
    }

    static final Policy FIRST = blind("first target only", Order.AS_LISTED, false);
    static final Policy BLIND_TURNS = blind("blind round robin", Order.IN_TURN, false);
    static final Policy BLIND_RANDOM = blind("blind random", Order.AT_RANDOM, false);
    static final Policy BLIND_FAILOVER = blind("blind round robin, failover", Order.IN_TURN, true);

    /** Cheapest, but not where answers take longer than almost all of healthy targets do. */
    static final Policy CHEAPEST_UNLESS_SLOW = new Policy(
            "`cheapest`, at best within 15 s",
            Optional.of(Strategy.CHEAPEST),
            Order.AS_LISTED,
            true,
            Optional.of(Duration.ofSeconds(15)));

    private static Policy blind(String name, Order order, boolean failover) {
        return new Policy(name, Optional.empty(), order, failover, Optional.empty());
    }

    static Policy router(Strategy strategy) {
        String[] words = strategy.name().toLowerCase(Locale.ROOT).split("_");
        StringBuilder name = new StringBuilder("`").append(words[0]);
        for (int i = 1; i < words.length; i++) {
            name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return new Policy(name.append('`').toString(), Optional.of(strategy), Order.AS_LISTED, true, Optional.empty());
    }

    static List<Policy> blind() {
        return List.of(FIRST, BLIND_TURNS, BLIND_RANDOM, BLIND_FAILOVER);
    }

    static List<Policy> routers() {
        List<Policy> routers = new ArrayList<>();
        for (Strategy strategy : Strategy.values()) {
            routers.add(router(strategy));
            if (strategy == Strategy.CHEAPEST) {
                routers.add(CHEAPEST_UNLESS_SLOW);
            }
        }
        return routers;
    }

    boolean isBlind() {
        return strategy.isEmpty();
    }

    @Override
    public String toString() {
        return name;
    }
}
