package io.github.camelllm.routes.docs;

import org.apache.camel.builder.RouteBuilder;

/** The routes of docs/enrichment.md and docs/rag.md; their twins in YAML are in docs/enrichment.camel.yaml. */
final class EnrichmentRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:append")
                .to("kamelet:llm-enrich-action?model=openai/gpt-5-mini&target=summary"
                        + "&prompt=RAW(Summarise in one sentence: ${body[report]})");

        from("direct:merge")
                .to("kamelet:llm-enrich-action?model=openai/gpt-5-mini&prompt=RAW(${body[remark]})"
                        + "&strategy=MergeJson&target=keep"
                        + "&options=RAW(jsonSchema=resource:classpath:schemas/mood.schema.json&maxTokens=200)");

        from("direct:terms")
                .to("kamelet:llm-context-from-file-action?model=openai/gpt-5-mini"
                        + "&directory={{terms}}&file=RAW(${header.country}.txt)&timeout=3000");

        from("direct:customer")
                .to("kamelet:llm-context-from-sql-action?model=openai/gpt-5-mini"
                        + "&query=RAW(select item, due from orders where customer = :#${body[customer]} order by item)"
                        + "&prompt=RAW(${variable.llmContext} Question: ${body[question]})");

        from("direct:mail")
                .to("kamelet:llm-classify-route-action?model=openai/gpt-5-mini&labels=invoice, complaint, order"
                        + "&systemMessage=invoice: about payment. complaint: something went wrong. order: wants to buy."
                        + "&to=RAW(seda:${header.CamelLlmLabel})&otherwise=seda:desk&minConfidence=0.8");

        from("direct:translate")
                .to("kamelet:llm-translate-action?model=openai/gpt-4.1-mini&language=RAW(${header.language})");

        from("direct:private")
                .to("kamelet:llm-redact-action")
                .to("llm:openai/gpt-5-mini")
                .to("kamelet:llm-restore-action");

        from("direct:index")
                .to("kamelet:llm-index-documents-action?embeddings=openai/text-embedding-3-small"
                        + "&document=RAW(${header.CamelFileName})&store={{store}}");

        from("direct:ask")
                .to("kamelet:llm-ask-documents-action?model=anthropic/claude-haiku-4-5"
                        + "&embeddings=openai/text-embedding-3-small&store={{store}}");

        from("direct:prune").to("kamelet:llm-prune-documents-action?store={{store}}");
    }
}
