package io.github.camelllm.router;

import io.github.camelllm.catalog.DataPolicy;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One place that a router can send a request to.
 *
 * @param name unique within its router; the model reference unless named
 * @param weight share of requests relative to the other targets, from 0; a target of weight 0 is only a fallback
 * @param apiKey key used instead of the provider's usual one; empty for that
 * @param baseUrl address used instead of the provider's; empty for that
 * @param dataPolicy what the account's contract says, in place of the provider's public statement
 * @param maxPrice highest price accepted for this target
 * @param quality how good its answers are, above 0 to 1, by the user's own measure; empty if not measured
 * @param when condition in Camel's simple language; empty if it holds always
 * @param options options of the endpoint for calls to this target, such as {@code maxTokens} or {@code var.region}
 */
public record RouterTarget(
        String name,
        ModelRef model,
        double weight,
        Optional<String> apiKey,
        Optional<String> baseUrl,
        PolicyOverride dataPolicy,
        MaxPrice maxPrice,
        OptionalDouble quality,
        Optional<String> when,
        Map<String, String> options) {
    public RouterTarget {
        if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("weight of '" + name + "' must be from 0 but is " + weight);
        }
        if (quality.isPresent() && !(quality.getAsDouble() > 0 && quality.getAsDouble() <= 1)) {
            throw new IllegalArgumentException(
                    "quality of '" + name + "' must be above 0 up to 1 but is " + quality.getAsDouble());
        }
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** A target with nothing but its model. */
    public static RouterTarget of(String model) {
        ModelRef reference = ModelRef.parse(model);
        return new RouterTarget(
                reference.toString(),
                reference,
                1,
                Optional.empty(),
                Optional.empty(),
                PolicyOverride.NONE,
                MaxPrice.NONE,
                OptionalDouble.empty(),
                Optional.empty(),
                Map.of());
    }

    /** This target with another weight. */
    public RouterTarget withWeight(double newWeight) {
        return new RouterTarget(name, model, newWeight, apiKey, baseUrl, dataPolicy, maxPrice, quality, when, options);
    }

    /**
     * Prices that may not be exceeded. An unknown price exceeds every bound.
     *
     * @param input per million input tokens, in the price book's currency; empty for no bound
     * @param output per million output tokens, likewise
     */
    public record MaxPrice(Optional<BigDecimal> input, Optional<BigDecimal> output) {
        /** No bound. */
        public static final MaxPrice NONE = new MaxPrice(Optional.empty(), Optional.empty());
    }

    /**
     * Parts of a data policy that a contract settles; what is empty is as the provider states it.
     *
     * @param regions everywhere that requests to this target are processed
     */
    public record PolicyOverride(
            List<String> regions,
            Optional<DataPolicy.Training> training,
            OptionalInt retentionDays,
            Optional<DataPolicy.ZeroRetention> zeroRetention) {
        /** Everything is as the provider states it. */
        public static final PolicyOverride NONE =
                new PolicyOverride(List.of(), Optional.empty(), OptionalInt.empty(), Optional.empty());

        public PolicyOverride {
            regions = List.copyOf(regions);
        }

        /** The provider's statement with these parts in place of its own. */
        public DataPolicy over(DataPolicy stated) {
            return new DataPolicy(
                    training.orElse(stated.trainsOnApiData()),
                    retentionDays.isPresent() ? retentionDays : stated.retentionDays(),
                    zeroRetention.orElse(stated.zeroRetention()),
                    regions.isEmpty() ? stated.regions() : regions,
                    stated.asOf(),
                    stated.source());
        }
    }

    /** Without key, address and options: they may hold secrets. */
    @Override
    public String toString() {
        return "RouterTarget[" + name + "]";
    }
}
