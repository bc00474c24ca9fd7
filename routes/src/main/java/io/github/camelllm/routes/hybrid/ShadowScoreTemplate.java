package io.github.camelllm.routes.hybrid;

import io.github.camelllm.chat.LlmException;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;

/** Asks a candidate what the live model has answered already, and sends a score. The twin of {@code camel-llm/templates/llm-shadow-score.camel.yaml}, which says more. */
public final class ShadowScoreTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-shadow-score")
                .templateParameter(
                        "from", "seda:llm-shadow-score?size=1000&discardWhenFull=true&waitForTaskToComplete=Never")
                .templateParameter("model")
                .templateParameter("scores")
                .templateParameter("good", "${header.CamelLlmFinishReason} == 'stop'")
                .templateParameter("check", "log:llm-shadow-score?level=OFF")
                .from("{{from}}")
                .setVariable(ShadowScore.LIVE, body())
                .setVariable(AnswerToCheck.QUESTION, simple("${body[question]}"))
                .removeHeaders("CamelLlm(CallId|Score)")
                .setBody(variable(AnswerToCheck.QUESTION))
                .doTry()
                .to("llm:{{model}}")
                .to("{{check}}")
                .filter(header(HybridHeaders.SCORE).isNull())
                .setHeader(HybridHeaders.SCORE, constant(0))
                .filter(simple("{{good}}"))
                .setHeader(HybridHeaders.SCORE, constant(100))
                .end()
                .end()
                .process(new ShadowScore())
                .endDoTry()
                .doCatch(LlmException.class)
                .process(new ShadowScore())
                .end()
                .to(ExchangePattern.InOnly, "{{scores}}");
    }
}
