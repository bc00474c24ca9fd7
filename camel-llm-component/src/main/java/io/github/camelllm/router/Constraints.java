package io.github.camelllm.router;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a target must satisfy before it can be chosen. What the request itself needs (images, tools, a schema, room in the
 * context window) is required without being listed here. Unknown never satisfies a constraint, except for needs of the
 * request on models of which nothing at all is known, when {@code allowUnknownModels} says so.
 *
 * @param allow patterns of {@code provider/model} with {@code *}; empty for all
 * @param deny patterns likewise; they win over {@code allow}
 * @param regions where requests may be processed, such as {@code eu}; empty for anywhere
 * @param noTraining only where API data never trains models
 * @param zeroRetention only where nothing is kept
 * @param maxRetentionDays only where requests are kept no longer
 * @param maxPrice highest price per million tokens
 * @param maxCost highest expected cost of the request, in the price book's currency
 * @param preferredMaxLatency slower targets come after all faster ones; measured as the moving average
 * @param preferredMinThroughput output tokens a second; slower targets come after all faster ones
 * @param require needs beside the request's own
 * @param allowUnknownModels whether a model that the catalogue does not know counts as able to do what the request needs
 */
public record Constraints(
        List<String> allow,
        List<String> deny,
        Set<String> regions,
        boolean noTraining,
        boolean zeroRetention,
        OptionalInt maxRetentionDays,
        RouterTarget.MaxPrice maxPrice,
        Optional<BigDecimal> maxCost,
        Optional<Duration> preferredMaxLatency,
        OptionalDouble preferredMinThroughput,
        Set<Capability> require,
        boolean allowUnknownModels) {
    /** Nothing beyond what the request needs. */
    public static final Constraints NONE = new Constraints(
            List.of(),
            List.of(),
            Set.of(),
            false,
            false,
            OptionalInt.empty(),
            RouterTarget.MaxPrice.NONE,
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            Set.of(),
            true);

    public Constraints {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        regions = Set.copyOf(regions);
        require = Set.copyOf(require);
    }
}
