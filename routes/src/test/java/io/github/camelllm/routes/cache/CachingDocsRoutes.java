package io.github.camelllm.routes.cache;

import org.apache.camel.builder.RouteBuilder;

/** What docs/caching.md shows in Java. */
final class CachingDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:once").to("llm:openai/gpt-5-mini?cache=exact&cacheTtl=24h");

        from("direct:tenants").to("llm:openai/gpt-5-mini?cache=exact&cacheNamespace=RAW(${header.tenant})");

        from("direct:vectors").to("llm:openai/text-embedding-3-small?operation=embeddings&cache=exact&cacheTtl=720h");

        from("direct:similar").to("llm:openai/gpt-5-mini?cache=semantic&semanticThreshold=0.9");

        from("direct:never")
                .setHeader("CamelLlmCacheControl", constant("no-store"))
                .to("llm:openai/gpt-5-mini?cache=exact");

        from("direct:saved")
                .to("llm:openai/gpt-5-mini?cache=exact")
                .log("${header.CamelLlmCacheStatus}, saved ${header.CamelLlmCacheSaved}");
    }
}
