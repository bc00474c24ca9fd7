package io.github.camelllm.routes.queues;

import org.apache.camel.builder.RouteBuilder;

/** The same as {@code queues/http.camel.yaml}, in Java. */
final class HttpRoutes extends RouteBuilder {
    @Override
    public void configure() {
        templatedRoute("llm-http-in").routeId("questions").parameter("path", "/questions");
        templatedRoute("llm-http-callback")
                .routeId("answers")
                .parameter("callback", "{{callback.url}}")
                .parameter("model", "openai/gpt-5-mini")
                .parameter("redeliveries", "2")
                .parameter("retryDelay", "1");
    }
}
