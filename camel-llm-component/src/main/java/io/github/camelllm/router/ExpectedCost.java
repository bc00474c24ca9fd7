package io.github.camelllm.router;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.chat.Usage;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a request will presumably cost at a target.
 *
 * <p>Input is the counted one (not its upper bound), of which the share that the target's provider has lately read from its
 * prompt cache is charged at the cache's rate; writing to the cache is not looked at. Output is the target's moving average,
 * for a target without one the mean of the others' averages, and where none has been measured {@value #DEFAULT_OUTPUT_TOKENS}
 * tokens; at most what the request allows and the model can; times the number of answers. Audio, images and searches have no
 * expected cost of their own.
 */
final class ExpectedCost {
    /** Length of an answer where nothing was measured. */
    static final int DEFAULT_OUTPUT_TOKENS = 500;

    private final RequestFacts facts;
    private final double typicalOutputTokens;

    private ExpectedCost(RequestFacts facts, double typicalOutputTokens) {
        this.facts = facts;
        this.typicalOutputTokens = typicalOutputTokens;
    }

    /** @param candidates all that are compared */
    static ExpectedCost of(RequestFacts facts, Collection<Candidate.Single> candidates) {
        return new ExpectedCost(
                facts,
                candidates.stream()
                        .flatMapToDouble(candidate -> candidate.snapshot().outputTokens().stream())
                        .average()
                        .orElse(DEFAULT_OUTPUT_TOKENS));
    }

    /** Empty if the target's price is unknown. */
    Optional<Cost> at(Candidate.Single candidate) {
        return candidate.pricing().apply(usageAt(candidate));
    }

    private Usage usageAt(Candidate.Single candidate) {
        long input = facts.inputTokens().tokens();
        Usage.Builder usage = Usage.builder().inputTokens(input).outputTokens(outputTokens(candidate));
        double cached = candidate.snapshot().cacheReadShare().orElse(0);
        if (cached > 0) {
            usage.cacheReadInputTokens(Math.round(input * Math.min(1, cached)));
        }
        return usage.build();
    }

    private long outputTokens(Candidate.Single candidate) {
        double one = candidate.snapshot().outputTokens().orElse(typicalOutputTokens);
        OptionalLong most =
                candidate.model().isPresent() ? candidate.model().get().maxOutputTokens() : OptionalLong.empty();
        if (facts.maxOutputTokens().isPresent()) {
            one = Math.min(one, facts.maxOutputTokens().getAsInt());
        }
        if (most.isPresent()) {
            one = Math.min(one, most.getAsLong());
        }
        return Math.round(one * facts.answers());
    }
}
