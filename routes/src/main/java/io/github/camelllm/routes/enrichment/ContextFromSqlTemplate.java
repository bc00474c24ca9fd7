package io.github.camelllm.routes.enrichment;

import org.apache.camel.builder.RouteBuilder;

/**
 * Template {@code llm-context-from-sql}: asks with rows of a database beside the question. The same as
 * {@code llm-context-from-sql.camel.yaml}.
 */
public final class ContextFromSqlTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-context-from-sql")
                .templateParameter("from", null, "Where questions come from")
                .templateParameter("model", null, "provider/model")
                .templateParameter("query", null, "SQL with bound parameters, or classpath:FILE")
                .templateOptionalParameter("dataSource", "#name of the DataSource, if there are several")
                .templateParameter("maxRows", "50", "The most rows that are read")
                .templateParameter("maxChars", "20000", "The longest text of all rows")
                .templateParameter("prompt", "${variable.llmContext}\n\nQuestion: ${body}", "Simple language")
                .templateParameter(
                        "systemMessage",
                        "Answer from the given database rows alone. Say so if they do not tell.",
                        "Instructions for the model")
                .from("{{from}}")
                .setVariable("llmMessage", body())
                .doTry()
                .toV("sql:{{query}}?dataSource={{?dataSource}}&template.maxRows={{maxRows}}", null, "llmRows")
                .setVariable("llmContext")
                .method(RowsAsText.class, "text(${variable.llmRows}, {{maxChars}})")
                .setVariable("llmPrompt", simple("{{prompt}}", String.class))
                .toV("llm:{{model}}?systemMessage=RAW({{systemMessage}})", "llmPrompt", null)
                .setVariable("llmAnswered", constant("true"))
                .endDoTry()
                .doFinally()
                .filter(simple("${variable.llmAnswered} == null"))
                .setBody(variable("llmMessage"))
                .end()
                .process("#class:io.github.camelllm.routes.RemoveVariables('llm')")
                .end();
    }
}
