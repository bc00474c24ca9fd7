package io.github.camelllm.examples.csvenrichment;

import io.github.camelllm.chat.LlmException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.dataformat.JsonLibrary;

/** The same routes as {@code routes/csv-enrichment.yaml}, in Java. */
final class EnrichmentRoutes extends RouteBuilder {
    /** Holds for all routes, those of templates too. */
    static final class Redelivery extends RouteConfigurationBuilder {
        @Override
        public void configuration() {
            // The provider is busy or away: ask again, after as long as it says (Retry-After), else after 1, 2, 4, …
            // seconds. Log nothing here: a record that fails ends in the dead-letter file with the reason.
            routeConfiguration().errorHandler(defaultErrorHandler().logExhausted(false));
            routeConfiguration()
                    .onException(LlmException.class)
                    .onWhen(simple("${exception.retryable}"))
                    .maximumRedeliveries(5)
                    .redeliveryDelay(1000)
                    .useExponentialBackOff()
                    .backOffMultiplier(2)
                    .useCollisionAvoidance()
                    .maximumRedeliveryDelay(60_000)
                    .logExhausted(false);
        }
    }

    @Override
    public void configure() {
        // A file: its records, then the enriched file from all that is in the table. To watch a folder, leave out
        // fileName
        // and repeatCount
        from("file:{{example.inbox}}?noop=true&fileName={{example.file}}&initialDelay=0&repeatCount=1"
                        // One file after the other
                        + "&synchronous=true")
                .routeId("inbox")
                // After the routes that it sends to
                .startupOrder(2000)
                .to("direct:records")
                .to("sql:classpath:sql/enriched.sql?outputType=StreamList")
                .bean("enrichedFile", "write");

        templatedRoute("llm-extract-records")
                .routeId("records")
                .parameter("from", "direct:records")
                .parameter("to", "direct:write")
                .parameter("model", "{{example.model}}")
                .parameter("instructions", "resource:classpath:prompt/instructions.txt")
                .parameter("schema", "resource:classpath:prompt/feedback.schema.json")
                .parameter("parallelism", "{{example.parallelism}}")
                .parameter("requestsPerMinute", "60000")
                .parameter("deadLetters", "{{example.deadLetters}}")
                .parameter("done", "finished")
                .parameter("transaction", "oneTransaction");

        // One answer. The template has begun the transaction that this row and the record's mark are in
        from("direct:write")
                .routeId("write")
                .errorHandler(noErrorHandler())
                .unmarshal()
                .json(JsonLibrary.Jackson)
                .to("sql:classpath:sql/insert-feedback.sql");
    }
}
