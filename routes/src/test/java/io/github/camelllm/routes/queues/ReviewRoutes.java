package io.github.camelllm.routes.queues;

import org.apache.camel.builder.RouteBuilder;

/** The same as {@code queues/reviews.camel.yaml}, in Java. */
final class ReviewRoutes extends RouteBuilder {
    @Override
    public void configure() {
        templatedRoute("llm-quartz")
                .routeId("summaries")
                .parameter("name", "summaries")
                .parameter("cron", "0/1 * * * * ?")
                .parameter("model", "mistral/mistral-small-2603")
                .parameter(
                        "select",
                        "select id, text from reviews where summary is null and failure is null order by id limit 100")
                .parameter("prompt", "Sum up: ${body[TEXT]}")
                .parameter("update", "update reviews set summary = :#${body} where id = :#${variable.row[ID]}")
                .parameter("failed", "direct:failed");
    }
}
