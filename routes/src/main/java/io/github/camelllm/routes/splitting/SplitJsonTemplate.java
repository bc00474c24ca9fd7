package io.github.camelllm.routes.splitting;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-split-json} in Java: a JSON array, or JSON lines, record by record. */
public final class SplitJsonTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-split-json")
                .templateParameter("from")
                .templateParameter("to")
                .templateParameter("charset", "UTF-8")
                .templateParameter("maxRecordChars", "1000000")
                .templateParameter("parallelism", "1")
                .templateParameter("deadLetters", "")
                .templateParameter("maxBadRecords", "1000")
                .templateParameter(
                        "source", "${header.CamelFileName}-${header.CamelFileLength}-${header.CamelFileLastModified}")
                .templateBean("records")
                .typeClass(RecordSplit.class)
                .property("format", "json")
                .property("charset", "{{charset}}")
                .property("maxRecordChars", "{{maxRecordChars}}")
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
