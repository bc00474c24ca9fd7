package io.github.camelllm.routes.splitting;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-split-csv} in Java: a CSV file, record by record. */
public final class SplitCsvTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-split-csv")
                .templateParameter("from")
                .templateParameter("to")
                .templateParameter("charset", "UTF-8")
                .templateParameter("delimiter", ",")
                .templateParameter("header", "true")
                .templateParameter("maxRecordChars", "1000000")
                .templateParameter("parallelism", "1")
                .templateParameter("deadLetters", "")
                .templateParameter("maxBadRecords", "1000")
                .templateParameter(
                        "source", "${header.CamelFileName}-${header.CamelFileLength}-${header.CamelFileLastModified}")
                .templateBean("records")
                .typeClass(RecordSplit.class)
                .property("format", "csv")
                .property("charset", "{{charset}}")
                .property("delimiter", "{{delimiter}}")
                .property("header", "{{header}}")
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
