package io.github.camelllm.routes.hybrid;

import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.routes.failover.FailedCall;
import io.github.camelllm.routes.failover.Question;
import io.github.camelllm.routes.failover.SumUsage;
import org.apache.camel.builder.RouteBuilder;

/** Asks a cheap model first and a larger one only if the answer is not good enough. The twin of {@code camel-llm/templates/llm-cascade.camel.yaml}, which says more. */
public final class CascadeTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-cascade")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter("larger")
                .templateParameter("accept", "${header.CamelLlmFinishReason} == 'stop'")
                .templateParameter("check", "log:llm-cascade?level=OFF")
                .from("{{from}}")
                .setVariable(AnswerToCheck.QUESTION, body())
                .setHeader(HybridHeaders.ESCALATED, constant(true))
                .removeHeaders("CamelLlm(CallId|Score)")
                .doTry()
                .to("llm:{{model}}")
                .to("{{check}}")
                .filter(simple("{{accept}}"))
                .setHeader(HybridHeaders.ESCALATED, constant(false))
                .end()
                .endDoTry()
                .doCatch(
                        LlmRateLimitedException.class,
                        LlmUnavailableException.class,
                        LlmTimeoutException.class,
                        LlmContextWindowExceededException.class,
                        LlmMalformedResponseException.class)
                .process(new FailedCall())
                .end()
                .filter(header(HybridHeaders.ESCALATED))
                .setBody(method(Question.class, "copy"))
                .enrich("llm:{{larger}}", new SumUsage())
                .end()
                .removeVariable(AnswerToCheck.QUESTION);
    }
}
