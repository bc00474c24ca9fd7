package io.github.camelllm.routes.hybrid;

import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.component.LlmConstants;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;

/** Gives an answer to a person if the model is not sure or its answer was filtered. The twin of {@code camel-llm/templates/llm-human-review.camel.yaml}, which says more. */
public final class HumanReviewTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-human-review")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter("reviews")
                .templateParameter("review", "${header.CamelLlmFinishReason} != 'stop'")
                .templateParameter("check", "log:llm-human-review?level=OFF")
                .from("{{from}}")
                .setVariable(AnswerToCheck.QUESTION, body())
                .setVariable(ReviewItem.REASON, constant("none"))
                .removeHeaders("LlmReviewId|CamelLlmScore")
                .doTry()
                .to("llm:{{model}}")
                .to("{{check}}")
                .filter(simple("{{review}}"))
                .setVariable(ReviewItem.REASON, constant("unsure"))
                .end()
                .endDoTry()
                .doCatch(LlmContentFilteredException.class)
                .setVariable(ReviewItem.REASON, constant("filtered"))
                .setHeader(LlmConstants.PROVIDER, simple("${exception.provider}"))
                .setHeader(LlmConstants.REQUEST_MODEL, simple("${exception.model}"))
                .setBody(constant(""))
                .end()
                .filter(simple("${variable.llmReason} != 'none'"))
                .process(new ReviewItem())
                .to(ExchangePattern.InOnly, "{{reviews}}")
                .setBody(constant(""))
                .end()
                .removeVariable(AnswerToCheck.QUESTION)
                .removeVariable(ReviewItem.REASON);
    }
}
