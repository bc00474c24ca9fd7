package io.github.camelllm.examples.jms;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.dataformat.JsonLibrary;

/** The same as {@code camel/jms-triage.camel.yaml}, in Java. */
public final class TriageRoutes extends RouteBuilder {
    @Override
    public void configure() {
        // Each ticket becomes a row of the table llm_results
        templatedRoute("llm-jms-worker")
                .routeId("triage")
                .parameter("queue", "tickets")
                .parameter("deadLetterQueue", "tickets.dead-letter")
                .parameter("model", "{{triage.llm}}")
                .parameter("instructions", "resource:classpath:prompt/instructions.txt")
                .parameter("schema", "resource:classpath:prompt/triage.schema.json")
                .parameter("key", "${header.ticket}")
                .parameter("to", "direct:sorted");

        // In the same JMS transaction: the ticket goes on with what was found as properties
        from("direct:sorted")
                .routeId("sorted")
                .errorHandler(noErrorHandler())
                .unmarshal()
                .json(JsonLibrary.Jackson)
                .setHeader("category", simple("${body[category]}"))
                .setHeader("urgency", simple("${body[urgency]}"))
                .setBody(simple("${variable.question}"))
                .choice()
                .when(simple("${header.urgency} == 'high'"))
                .to("jms:queue:tickets.urgent")
                .otherwise()
                .to("jms:queue:tickets.sorted")
                .end();
    }
}
