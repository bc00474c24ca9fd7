package io.github.camelllm.routes.docs;

import io.github.camelllm.routes.enrichment.TranslateTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;

/** A route made of a template in Java, as docs/enrichment.md shows it. */
final class LettersRoute extends RouteBuilder {
    @Override
    public void configure() throws Exception {
        getContext().addRoutes(new TranslateTemplate());

        TemplatedRouteBuilder.builder(getContext(), "llm-translate")
                .parameter("from", "direct:letters")
                .parameter("model", "openai/gpt-4.1-mini")
                .parameter("language", "Danish")
                .add();
    }
}
