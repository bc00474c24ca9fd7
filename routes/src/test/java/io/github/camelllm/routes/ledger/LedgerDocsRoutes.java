package io.github.camelllm.routes.ledger;

import org.apache.camel.builder.RouteBuilder;

/** The Java routes of docs/ledger.md. */
final class LedgerDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:letter-of-billing")
                .routeId("letters")
                .to("llm:openai/gpt-5-mini?tag.team=billing&tag.costCenter=4711");
        from("direct:letter-of-claims").routeId("letters-of-claims").to("llm:openai/gpt-5-mini?tag.team=claims");
    }
}
