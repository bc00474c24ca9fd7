package io.github.camelllm.routes.deadletters;

import org.apache.camel.builder.RouteBuilder;

/** Keeps dead letters where the dashboard lists them and sends them back. The twin of {@code camel-llm/templates/llm-dead-letter-table.camel.yaml}, which says more. */
public final class DeadLetterTableTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-dead-letter-table")
                .templateParameter("from")
                .templateParameter("name")
                .templateParameter("replayTo", "")
                .templateBean("keep")
                .typeClass(KeepDeadLetter.class)
                .property("name", "{{name}}")
                .property("replayTo", "{{replayTo}}")
                .end()
                .from("{{from}}")
                .process("{{keep}}");
    }
}
