package io.github.camelllm.routes.failover;

import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Resilience4jConfigurationDefinition;

/** Leaves a failing provider alone for a while and lets another model answer. The twin of {@code camel-llm/templates/llm-circuit-breaker.camel.yaml}, which says more. */
public final class CircuitBreakerTemplate extends RouteBuilder {
    @Override
    public void configure() {
        // Its fluent methods take numbers only, not placeholders
        Resilience4jConfigurationDefinition settings = new Resilience4jConfigurationDefinition();
        settings.setSlidingWindowSize("{{slidingWindowSize}}");
        settings.setMinimumNumberOfCalls("{{minimumNumberOfCalls}}");
        settings.setFailureRateThreshold("{{failureRateThreshold}}");
        settings.setWaitDurationInOpenState("{{waitDurationInOpenState}}");
        routeTemplate("llm-circuit-breaker")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter("fallback")
                .templateParameter("slidingWindowSize", "20")
                .templateParameter("minimumNumberOfCalls", "10")
                .templateParameter("failureRateThreshold", "50")
                .templateParameter("waitDurationInOpenState", "30")
                .from("{{from}}")
                .removeHeader(FailoverHeaders.FALLBACK_REASON)
                .circuitBreaker()
                .resilience4jConfiguration(settings)
                .doTry()
                .to("llm:{{model}}")
                .doCatch(
                        LlmInvalidRequestException.class,
                        LlmContextWindowExceededException.class,
                        LlmContentFilteredException.class)
                .setProperty(Rethrow.PROPERTY, simple("${exception}"))
                .end()
                .endCircuitBreaker()
                .onFallback()
                .setHeader(FailoverHeaders.FALLBACK_REASON, constant("CircuitOpen"))
                .filter(simple("${exception} != null"))
                .setHeader(FailoverHeaders.FALLBACK_REASON, simple("${exception.class.simpleName}"))
                .end()
                .to("llm:{{fallback}}")
                .end()
                .process(new Rethrow());
    }
}
