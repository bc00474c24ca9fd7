package io.github.camelllm.router;

import static io.github.camelllm.router.Specimens.candidate;
import static io.github.camelllm.router.Specimens.choose;
import static io.github.camelllm.router.Specimens.facts;
import static io.github.camelllm.router.Specimens.names;
import static io.github.camelllm.router.Specimens.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** How often targets are chosen in many choices. */
final class Shares {
    static final int DRAWS = 20_000;
    static final RequestFacts FACTS = facts(1000);

    private Shares() {}

    /** How often each target is first (or at another position) in many choices. */
    static Map<String, Double> shares(int position, LongFunction<RouterChoice> choice) {
        Map<String, Double> shares = new HashMap<>();
        for (long seed = 0; seed < DRAWS; seed++) {
            shares.merge(names(choice.apply(seed).ranked()).get(position), 1.0 / DRAWS, Double::sum);
        }
        return shares;
    }

    static Map<String, Double> firsts(Strategy strategy, List<Candidate.Single> candidates) {
        return shares(0, seed -> choose(strategy, candidates, FACTS, seed));
    }

    /** Within what 20,000 draws vary: five standard deviations are at most 0.018. */
    static void assertShare(Map<String, Double> shares, String name, double share) {
        assertThat(shares.getOrDefault(name, 0.0)).as(name).isCloseTo(share, within(0.018));
    }

    static Candidate.Single measured(String name, double latency) {
        return candidate(name)
                .withSnapshot(snapshot().latency(latency, latency / 10).build());
    }

    static Candidate.Single busy(String name, double weight, int underWay) {
        return candidate(name, weight)
                .withSnapshot(snapshot().underWay(underWay).build());
    }
}
