package io.github.camelllm.routes.hybrid;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.routes.failover.FailureReason;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;

/** Checks answers that llm-draft-then-verify let go on, with a larger model, and sends corrections. The twin of {@code camel-llm/templates/llm-verify-draft.camel.yaml}, which says more. */
public final class VerifyDraftTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-verify-draft")
                .templateParameter(
                        "from", "seda:llm-verify-draft?size=1000&blockWhenFull=true&waitForTaskToComplete=Never")
                .templateParameter("model")
                .templateParameter("corrections")
                .templateParameter(
                        "unverified",
                        "log:llm-unverified?level=WARN&showBody=false&showHeaders=false&showBodyType=false")
                .templateParameter("instructions", "resource:classpath:camel-llm/hybrid/verify.txt")
                .from("{{from}}")
                .setVariable(VerifiedDraft.DRAFT, body())
                .setBody(simple("${body[question]}"))
                .doTry()
                .to("llm:{{model}}?systemMessage={{instructions}}"
                        + "&promptTemplate=resource:classpath:camel-llm/hybrid/verify-prompt.txt")
                .filter(method(VerifiedDraft.class, "isCorrection"))
                .bean(VerifiedDraft.class, "mark")
                .to(ExchangePattern.InOnly, "{{corrections}}")
                .end()
                .endDoTry()
                .doCatch(LlmException.class)
                .process(new FailureReason())
                .setBody(variable(VerifiedDraft.DRAFT))
                .to(ExchangePattern.InOnly, "{{unverified}}")
                .end();
    }
}
