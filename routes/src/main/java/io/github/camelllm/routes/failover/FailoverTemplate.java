package io.github.camelllm.routes.failover;

import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** Asks a second and a third model if the first cannot answer. The twin of {@code camel-llm/templates/llm-failover.camel.yaml}, which says more. */
public final class FailoverTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-failover")
                .templateParameter("from")
                .templateParameter("model1")
                .templateParameter("model2")
                .templateParameter("model3")
                .from("{{from}}")
                .doTry()
                .loadBalance()
                .failover(
                        LlmRateLimitedException.class,
                        LlmUnavailableException.class,
                        LlmTimeoutException.class,
                        LlmContextWindowExceededException.class,
                        LlmMalformedResponseException.class)
                .pipeline()
                .to("llm:{{model1}}")
                .setHeader(FailoverHeaders.ATTEMPTS, constant(1))
                .end()
                .pipeline()
                .to("llm:{{model2}}")
                .setHeader(FailoverHeaders.ATTEMPTS, constant(2))
                .end()
                .pipeline()
                .to("llm:{{model3}}")
                .setHeader(FailoverHeaders.ATTEMPTS, constant(3))
                .end()
                .endDoTry()
                .doFinally()
                // The wait that one of three providers asked for
                .removeHeader(Exchange.REDELIVERY_DELAY)
                .end();
    }
}
