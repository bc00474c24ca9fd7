package io.github.camelllm.routes.quality;

import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;

/** What a route that judges finds in its variable. */
final class ScoredVariable {
    private ScoredVariable() {}

    static Optional<String> text(Exchange exchange, String member) {
        Map<?, ?> scored = exchange.getVariable(ScoredAnswer.VARIABLE, Map.class);
        return Optional.ofNullable(scored)
                .map(map -> map.get(member))
                .map(String::valueOf)
                .filter(text -> !text.isBlank());
    }

    static void score(Exchange exchange, double score) {
        exchange.getMessage().setHeader(FeedbackHeaders.SCORE, Math.max(0, Math.min(1, score)));
    }
}
