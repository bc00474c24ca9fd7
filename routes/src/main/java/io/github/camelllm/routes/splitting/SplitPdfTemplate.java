package io.github.camelllm.routes.splitting;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-split-pdf} in Java: the text of a PDF file, chunk by chunk, as in llm-split-text. */
public final class SplitPdfTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-split-pdf")
                .templateParameter("from")
                .templateParameter("to")
                .templateParameter("model", "gpt-4o")
                .templateParameter("chunkTokens", "1000")
                .templateParameter("overlapTokens", "0")
                .templateParameter("parallelism", "1")
                .templateParameter("deadLetters", "")
                .templateParameter("maxBadRecords", "1000")
                .templateParameter(
                        "source", "${header.CamelFileName}-${header.CamelFileLength}-${header.CamelFileLastModified}")
                .templateBean("records")
                .typeClass(RecordSplit.class)
                .property("format", "pdf")
                .property("model", "{{model}}")
                .property("chunkTokens", "{{chunkTokens}}")
                .property("overlapTokens", "{{overlapTokens}}")
                .property("deadLetters", "{{deadLetters}}")
                .property("maxBadRecords", "{{maxBadRecords}}")
                .property("source", "{{source}}")
                .end()
                .templateBean("workers")
                .typeClass(Workers.class)
                .property("threads", "{{parallelism}}")
                .end()
                .from("{{from}}")
                .split(method("{{records}}", "of"))
                // Reads on only as records come to their end
                .streaming()
                .parallelProcessing()
                .synchronous()
                .executorService("{{workers}}")
                .aggregationStrategy("{{records}}")
                .bean("{{records}}", "open")
                .to("{{to}}")
                .end();
    }
}
