package io.github.camelllm.routes.store;

import org.apache.camel.builder.RouteBuilder;

/** What docs/rate-limits.md shows in Java. */
final class LimitsDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:person-waits").to("llm:openai/gpt-5-mini?tag.priority=high");
        from("direct:nightly").to("llm:openai/gpt-5-mini?tag.priority=low");
        from("direct:tenant")
                .setHeader("CamelLlmTag.tenant", simple("${header.tenant}"))
                .to("llm:openai/gpt-5-mini");
    }
}
