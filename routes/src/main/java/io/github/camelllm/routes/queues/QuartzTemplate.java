package io.github.camelllm.routes.queues;

import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-quartz}, as in {@code camel-llm/templates/llm-quartz.camel.yaml}, which explains it. */
public final class QuartzTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-quartz")
                .templateParameter("name", null, "Name of the job")
                .templateParameter("cron", null, "When, as a Quartz cron expression")
                .templateParameter("select", null, "SQL that reads the rows to ask about, with a limit")
                .templateParameter("prompt", "${body[TEXT]}", "Simple expression over the row, such as ${body[TEXT]}")
                .templateParameter("model", null, "Who answers, as provider/model")
                .templateOptionalParameter("instructions", "System message; text or resource:classpath:…")
                .templateOptionalParameter(
                        "schema", "JSON schema of the answer; text in RAW(…) or resource:classpath:…")
                .templateParameter("maxTokens", "1000", "Most tokens of an answer")
                .templateParameter("requestTimeout", "2m", "Longest wait for one answer")
                .templateParameter(
                        "update",
                        null,
                        "SQL that writes the answer; it is :#${body}, the row's columns are :#${variable.row[ID]} and so"
                                + " on")
                .templateParameter(
                        "failed",
                        "log:io.github.camelllm.routes.queues?level=WARN&showBody=false&showHeaders=true",
                        "Where a row goes that cannot be answered")
                .templateOptionalParameter("dataSource", "Name of the DataSource; not needed if there is only one")
                // One run at a time
                .from("quartz:{{name}}?cron={{cron}}&stateful=true")
                .errorHandler(noErrorHandler())
                .to("sql:{{select}}?dataSource={{?dataSource}}")
                // The next run may begin when this one has come to its end
                .split(body())
                .synchronous()
                .setVariable("row", simple("${body}"))
                .setBody(simple("{{prompt}}"))
                .doTry()
                .to("llm:{{model}}?systemMessage={{?instructions}}&jsonSchema={{?schema}}&maxTokens={{maxTokens}}"
                        + "&requestTimeout={{requestTimeout}}")
                .to("sql:{{update}}?noop=true&dataSource={{?dataSource}}")
                .endDoTry()
                .doCatch(Exception.class)
                .setHeader("llmFailure", method(Failure.class, "kind"))
                .setHeader("llmReason", method(Failure.class, "reason"))
                .choice()
                .when(method(Failure.class, "isFinal"))
                .setBody(simple("${variable.row}"))
                .to("{{failed}}")
                .otherwise()
                .log(LoggingLevel.WARN, "A row is left to the next run: ${header.llmReason}")
                .end()
                .end()
                .end();
    }
}
