package io.github.camelllm.routes.quality;

import io.github.camelllm.routes.quality.Rebalance.Target;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One change of a router's weights.
 *
 * @param version from 1 for each router
 * @param actor who or what made it
 * @param weights in percent, by target; empty if the router's definition says them
 * @param why in a word
 */
public record WeightsChange(
        String router,
        long version,
        Instant at,
        String actor,
        Kind kind,
        Map<String, Double> weights,
        String why,
        List<Reason> reasons) {
    /** What it was. */
    public enum Kind {
        /** By scores. */
        REBALANCE,
        /** To earlier weights. */
        RESTORE,
        /** To those of the router's definition. */
        RESET
    }

    /**
     * What happened to a target.
     *
     * @param before share of the weights in percent; empty if it had none
     * @param after likewise
     */
    public record Reason(String target, Optional<BigDecimal> before, Optional<BigDecimal> after, String why) {
        static Reason of(Target target) {
            return new Reason(target.name(), Optional.of(target.before()), Optional.of(target.after()), target.why());
        }
    }

    public WeightsChange {
        weights = Map.copyOf(weights);
        reasons = List.copyOf(reasons);
    }

    /** Whether somebody went back, so that a schedule must not change it again by itself. */
    boolean isHeld() {
        return kind != Kind.REBALANCE;
    }
}
