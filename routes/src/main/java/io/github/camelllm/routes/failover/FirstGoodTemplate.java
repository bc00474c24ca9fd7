package io.github.camelllm.routes.failover;

import org.apache.camel.builder.RouteBuilder;

/** Asks several models at once and goes on with the first answer that is good. The twin of {@code camel-llm/templates/llm-first-good.camel.yaml}, which says more. */
public final class FirstGoodTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-first-good")
                .templateParameter("from")
                .templateParameter("models")
                .templateParameter("good", "${body} != ''")
                .templateParameter("totals", "log:llm-first-good?level=OFF")
                .templateBean("race")
                .typeClass(FirstGoodAnswer.class)
                .property("models", "{{models}}")
                .property("good", "{{good}}")
                .property("totals", "{{totals}}")
                .end()
                .from("{{from}}")
                .process("{{race}}");
    }
}
