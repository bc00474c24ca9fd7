package io.github.camelllm.routes.splitting;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-extract-records} in Java: each record of a file put to a model, in parallel and resumable. */
public final class ExtractRecordsTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-extract-records")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter("schema")
                .templateParameter("to")
                .templateParameter(
                        "instructions", "Read the record and answer with the JSON that the schema describes.")
                .templateParameter("format", "csv")
                .templateParameter("charset", "UTF-8")
                .templateParameter("delimiter", ",")
                .templateParameter("header", "true")
                .templateParameter("element", "")
                .templateParameter("chunkTokens", "1000")
                .templateParameter("overlapTokens", "0")
                .templateParameter("maxRecordChars", "100000")
                .templateParameter("maxTokens", "2000")
                .templateParameter("parallelism", "8")
                .templateParameter("requestsPerMinute", "6000")
                .templateParameter("ordered", "false")
                .templateParameter("deadLetters", "dead-letter")
                .templateParameter("maxBadRecords", "1000")
                .templateParameter(
                        "source", "${header.CamelFileName}-${header.CamelFileLength}-${header.CamelFileLastModified}")
                .templateParameter("done", "")
                .templateParameter("transaction", "{{noTransaction}}")
                .templateBean("records")
                .typeClass(RecordSplit.class)
                .property("format", "{{format}}")
                .property("recordAsText", "true")
                .property("charset", "{{charset}}")
                .property("delimiter", "{{delimiter}}")
                .property("header", "{{header}}")
                .property("element", "{{element}}")
                .property("model", "{{model}}")
                .property("chunkTokens", "{{chunkTokens}}")
                .property("overlapTokens", "{{overlapTokens}}")
                .property("maxRecordChars", "{{maxRecordChars}}")
                .property("ordered", "{{ordered}}")
                .property("deadLetters", "{{deadLetters}}")
                .property("maxBadRecords", "{{maxBadRecords}}")
                .property("source", "{{source}}")
                .property("done", "{{done}}")
                .end()
                .templateBean("workers")
                .typeClass(Workers.class)
                .property("threads", "{{parallelism}}")
                .end()
                .templateBean("noTransaction")
                .typeClass(NoTransaction.class)
                .end()
                .from("{{from}}")
                .split(method("{{records}}", "of"))
                // Reads on only as records come to their end
                .streaming()
                .parallelProcessing()
                .synchronous()
                .executorService("{{workers}}")
                // Writes the dead letters
                .aggregationStrategy("{{records}}")
                // Not those that an earlier run has finished
                .filter(method("{{records}}", "isOpen"))
                .bean("{{records}}", "open")
                .throttle(constant("{{requestsPerMinute}}"))
                .timePeriodMillis("60000")
                .setHeader("CamelLlmSystemMessage", constant("{{instructions}}"))
                .to("llm:{{model}}?jsonSchema={{schema}}&maxTokens={{maxTokens}}")
                .bean("{{records}}", "answered")
                .bean("{{records}}", "inTurn")
                // The answer and the mark that it is there: both or none. The call was before, outside of the
                // transaction
                .policy("{{transaction}}")
                .to("{{to}}")
                .bean("{{records}}", "mark")
                .end()
                .end()
                .end();
    }
}
