package io.github.camelllm.routes.quality;

import org.apache.camel.builder.RouteBuilder;

/** The routes of docs/quality.md in Java. */
final class QualityDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:judged")
                .setHeader("CamelLlmFeedbackCallId", simple("${header.callId}"))
                .setHeader("CamelLlmFeedbackScore", simple("${header.score}"))
                .setHeader("CamelLlmFeedbackComment", simple("${body}"))
                .to("direct:llm-feedback");
        from("direct:letter")
                .setVariable("llmQuestion", simple("${body}"))
                .to("llm:router/letters?tag.task=letters")
                .to("direct:llm-score-answer");
        from("direct:score-short")
                .setHeader("CamelLlmFeedbackScore", constant(1))
                .filter(simple("${body.length} > 2000"))
                .setHeader("CamelLlmFeedbackScore", constant(0))
                .end();
        from("direct:best-value-now")
                .setHeader("CamelLlmRouter", constant("letters"))
                .to("direct:llm-rebalance")
                .log("${body[why]}");
        from("direct:go-back").setHeader("CamelLlmRouter", constant("letters")).to("direct:llm-restore-weights");
    }
}
