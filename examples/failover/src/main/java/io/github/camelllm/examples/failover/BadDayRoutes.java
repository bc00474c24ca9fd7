package io.github.camelllm.examples.failover;

import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import org.apache.camel.builder.RouteBuilder;

/** The routes of {@code camel/bad-day.camel.yaml} in Java. */
final class BadDayRoutes extends RouteBuilder {
    @Override
    public void configure() {
        // The first provider, as long as it works. After half of ten calls have failed it is left alone for a second.
        from("direct:question")
                .routeId("question")
                .circuitBreaker()
                .resilience4jConfiguration()
                .slidingWindowSize(10)
                .minimumNumberOfCalls(5)
                .failureRateThreshold(50)
                .waitDurationInOpenState(1)
                .end()
                .to("llm:{{first}}?requestTimeout={{patience}}")
                .onFallback()
                .to("direct:others")
                .end();

        // The second, and the third if the second fails too. No error handler: it would work on one model before the
        // next is tried.
        from("direct:others")
                .routeId("others")
                .errorHandler(noErrorHandler())
                .loadBalance()
                .failover(LlmRateLimitedException.class, LlmUnavailableException.class, LlmTimeoutException.class)
                .to("llm:{{second}}", "llm:{{third}}");
    }
}
