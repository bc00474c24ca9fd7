package io.github.camelllm.routes.quality;

import io.github.camelllm.routes.hybrid.HybridHeaders;
import java.math.BigDecimal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes a judge's 0 to 100 in the header {@code CamelLlmScore} the score of the answer, 0 to 1. */
public final class PercentScore implements Processor {
    /** @throws IllegalArgumentException if the judge says something else */
    @Override
    public void process(Exchange exchange) {
        Integer percent = exchange.getMessage().getHeader(HybridHeaders.SCORE, Integer.class);
        if (percent == null || percent < 0 || percent > 100) {
            throw new IllegalArgumentException(
                    HybridHeaders.SCORE + ": expected a whole number from 0 to 100 of the judge");
        }
        exchange.getMessage().setHeader(FeedbackHeaders.SCORE, BigDecimal.valueOf(percent, 2));
    }
}
