package io.github.camelllm.routes.hybrid;

import org.apache.camel.builder.RouteBuilder;

/** Lets a candidate answer a share of the questions in the shadow of the model that is live. The twin of {@code camel-llm/templates/llm-shadow.camel.yaml}, which says more. */
public final class ShadowTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-shadow")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter("percent", "10")
                .templateParameter(
                        "shadow", "seda:llm-shadow-score?size=1000&discardWhenFull=true&waitForTaskToComplete=Never")
                .from("{{from}}")
                .setVariable(AnswerToCheck.QUESTION, body())
                .to("llm:{{model}}")
                .filter(simple("${random(100)} < {{percent}}"))
                .wireTap("{{shadow}}")
                .dynamicUri(false)
                .onPrepare(new AnswerToCheck())
                .end()
                .end()
                .removeVariable(AnswerToCheck.QUESTION);
    }
}
