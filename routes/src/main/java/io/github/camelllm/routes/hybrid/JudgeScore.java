package io.github.camelllm.routes.hybrid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.routes.failover.SumUsage;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Puts a judge's score into the header {@link HybridHeaders#SCORE} of the answer that it judged, whose body stays, and adds what
 * the judge took to the tokens and the cost. For {@code enrich}.
 */
public final class JudgeScore implements AggregationStrategy {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public Exchange aggregate(@Nullable Exchange answered, Exchange judged) {
        if (answered == null) {
            throw new IllegalArgumentException("Expected an answer to be judged, got none; use it with enrich");
        }
        answered.getMessage()
                .setHeader(HybridHeaders.SCORE, score(judged.getMessage().getBody(String.class)));
        SumUsage.add(answered.getMessage(), judged.getMessage());
        return answered;
    }

    private static int score(String json) {
        try {
            JsonNode score = MAPPER.readTree(json).path("score");
            if (score.isIntegralNumber() && score.canConvertToInt()) {
                return score.intValue();
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Expected the judge to say {\"score\": 0 to 100}, got no JSON", e);
        }
        throw new IllegalArgumentException(
                "Expected the judge to say {\"score\": 0 to 100}, got JSON without such a score");
    }
}
