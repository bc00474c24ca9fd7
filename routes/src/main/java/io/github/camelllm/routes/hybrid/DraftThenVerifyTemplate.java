package io.github.camelllm.routes.hybrid;

import io.github.camelllm.routes.failover.FailoverHeaders;
import org.apache.camel.builder.RouteBuilder;

/** Answers at once with a small model; a larger one checks the answer later. The twin of {@code camel-llm/templates/llm-draft-then-verify.camel.yaml}, which says more. */
public final class DraftThenVerifyTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-draft-then-verify")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter(
                        "verifier", "seda:llm-verify-draft?size=1000&blockWhenFull=true&waitForTaskToComplete=Never")
                .from("{{from}}")
                .setVariable(AnswerToCheck.QUESTION, body())
                .filter(simple("${header.LlmCorrelationId} == null"))
                .setHeader(FailoverHeaders.CORRELATION_ID, simple("${exchangeId}"))
                .end()
                .to("llm:{{model}}")
                .wireTap("{{verifier}}")
                .dynamicUri(false)
                .onPrepare(new AnswerToCheck())
                .end()
                .removeVariable(AnswerToCheck.QUESTION);
    }
}
