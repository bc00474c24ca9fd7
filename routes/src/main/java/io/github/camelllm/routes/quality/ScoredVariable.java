package io.github.camelllm.routes.quality;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/** What a route that judges finds in its variable. */
final class ScoredVariable {
    private static final Set<String> REFUSED = Set.of("content_filter", "refusal");

    private ScoredVariable() {}

    static Optional<String> text(Exchange exchange, String member) {
        Map<?, ?> scored = exchange.getVariable(ScoredAnswer.VARIABLE, Map.class);
        return Optional.ofNullable(scored)
                .map(map -> map.get(member))
                .map(String::valueOf)
                .filter(text -> !text.isBlank());
    }

    /** Whether the model said itself that it refuses, or a filter ended the answer. */
    static boolean isRefused(Exchange exchange) {
        return text(exchange, "finishReason").filter(REFUSED::contains).isPresent();
    }

    static void score(Exchange exchange, double score) {
        exchange.getMessage().setHeader(FeedbackHeaders.SCORE, Math.max(0, Math.min(1, score)));
    }
}
