package io.github.camelllm.routes.documents;

import org.apache.camel.builder.RouteBuilder;

/**
 * Template {@code llm-index-documents}: puts a document into PostgreSQL, in chunks with their embeddings. The same as
 * {@code llm-index-documents.camel.yaml}.
 */
public final class IndexDocumentsTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-index-documents")
                .templateParameter("from", null, "Where documents come from")
                .templateParameter("embeddings", null, "provider/model of the embeddings")
                .templateParameter("document", "${header.CamelFileName}", "Id of the document, in the simple language")
                .templateParameter("collection", "documents", "Name of the set of documents")
                .templateParameter("store", "pgvector", "pgvector, or arrays for a server without it")
                .templateOptionalParameter("dataSource", "#name of the DataSource, if there are several")
                .templateParameter("chunkChars", "1500", "The longest chunk")
                .templateParameter("maxDocumentChars", "2000000", "The longest document")
                .from("{{from}}")
                .setVariable("llmMessage", body())
                .doTry()
                .setVariable("llmCollection", constant("{{collection}}"))
                .setVariable("llmEmbeddings", constant("{{embeddings}}"))
                .setVariable("llmDocument", simple("{{document}}"))
                .toV("sql:classpath:camel-llm/sql/{{store}}/known.sql?dataSource={{?dataSource}}", null, "llmKnown")
                .process("#class:io.github.camelllm.routes.documents.PlanIndex"
                        + "('{{embeddings}}', {{chunkChars}}, {{maxDocumentChars}})")
                .filter(simple("${variable.llmTexts.size} > 0"))
                .toV("llm:{{embeddings}}?operation=embeddings", "llmTexts", "llmVectors")
                .end()
                .process("#class:io.github.camelllm.routes.documents.PackIndex")
                .toV("sql:classpath:camel-llm/sql/{{store}}/store.sql?dataSource={{?dataSource}}", null, "llmStored")
                .validate()
                .simple("${variable.llmStored[0][stored]} == ${variable.llmChunks.size}")
                .setHeader("CamelLlmChunks", simple("${variable.llmChunks.size}", Integer.class))
                .setHeader("CamelLlmEmbeddedChunks", simple("${variable.llmTexts.size}", Integer.class))
                .setHeader("CamelLlmRemovedChunks", simple("${variable.llmStored[0][removed]}", Integer.class))
                .endDoTry()
                .doFinally()
                .setBody(variable("llmMessage"))
                .process("#class:io.github.camelllm.routes.RemoveVariables('llm')")
                .end();
    }
}
