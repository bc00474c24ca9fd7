package io.github.camelllm.examples.rag;

import org.apache.camel.builder.RouteBuilder;

/** The routes of {@code camel/rag.camel.yaml} in Java. */
final class RagRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:index")
                .routeId("index")
                .setProperty("documents", body())
                .split(body())
                .aggregationStrategy("#indexed")
                .stopOnException()
                .setHeader("CamelFileName", body())
                .to("bean:files")
                .to("kamelet:llm-index-documents-action?embeddings={{rag.embeddings}}&store={{rag.store}}")
                .end()
                .setBody(exchangeProperty("documents"))
                .to("kamelet:llm-prune-documents-action?store={{rag.store}}");

        from("direct:ask")
                .routeId("ask")
                .to("kamelet:llm-ask-documents-action?model={{rag.model}}&embeddings={{rag.embeddings}}"
                        + "&store={{rag.store}}&top=4&minScore=0.15");
    }
}
