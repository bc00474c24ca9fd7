package io.github.camelllm.routes.hybrid;

import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;

/** Takes up the documents of llm-human-review that people have decided about. The twin of {@code camel-llm/templates/llm-human-review-decisions.camel.yaml}, which says more. */
public final class HumanReviewDecisionsTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-human-review-decisions")
                .templateParameter("from")
                .templateParameter("to")
                .templateParameter("rejected")
                .templateParameter("invalid")
                .from("{{from}}")
                .setVariable("llmValid", constant("yes"))
                .doTry()
                .process(new ReviewDecision())
                .doCatch(IllegalArgumentException.class)
                .setVariable("llmValid", constant("no"))
                .setHeader("LlmReviewProblem", simple("${exception.message}"))
                .end()
                .choice()
                .when(simple("${variable.llmValid} == 'no'"))
                .to(ExchangePattern.InOnly, "{{invalid}}")
                .when(simple("${header.LlmReviewDecision} == 'rejected'"))
                .to(ExchangePattern.InOnly, "{{rejected}}")
                .otherwise()
                .to(ExchangePattern.InOnly, "{{to}}")
                .end();
    }
}
