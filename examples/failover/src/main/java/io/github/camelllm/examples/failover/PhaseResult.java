package io.github.camelllm.examples.failover;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What callers noticed in one phase.
 *
 * @param answers how many answers each model gave, by provider/model
 * @param failures how many questions got no answer
 * @param cost of all answers; empty if one of them has no price
 * @param latencies in milliseconds, as callers saw them, sorted
 */
record PhaseResult(
        Phase phase, Map<String, Long> answers, long failures, Optional<BigDecimal> cost, List<Long> latencies) {
    PhaseResult {
        answers = Map.copyOf(answers);
        latencies = List.copyOf(latencies);
    }

    long answersOf(String model) {
        return answers.getOrDefault(model, 0L);
    }

    long median() {
        return latencies.isEmpty() ? 0 : latencies.get(latencies.size() / 2);
    }

    long slowest() {
        return latencies.isEmpty() ? 0 : latencies.get(latencies.size() - 1);
    }
}
