package io.github.camelllm.routes.documents;

import org.apache.camel.builder.RouteBuilder;

/**
 * Template {@code llm-prune-documents}: removes all documents of a collection that are not in the list in the body. The same
 * as {@code llm-prune-documents.camel.yaml}.
 */
public final class PruneDocumentsTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-prune-documents")
                .templateParameter("from", null, "Where lists come from")
                .templateParameter("collection", "documents", "Name of the set of documents")
                .templateParameter("store", "pgvector", "pgvector, or arrays for a server without it")
                .templateOptionalParameter("dataSource", "#name of the DataSource, if there are several")
                .from("{{from}}")
                .setVariable("llmCollection", constant("{{collection}}"))
                .setVariable("llmDocuments")
                .method(DocumentIds.class, "json(${body})")
                .to("sql:classpath:camel-llm/sql/{{store}}/prune.sql?dataSource={{?dataSource}}&noop=true")
                .setHeader("CamelLlmRemovedChunks", simple("${header.CamelSqlUpdateCount}", Integer.class))
                .process("#class:io.github.camelllm.routes.RemoveVariables('llm')");
    }
}
