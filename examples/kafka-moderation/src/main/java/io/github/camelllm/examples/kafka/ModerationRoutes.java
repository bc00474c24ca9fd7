package io.github.camelllm.examples.kafka;

import org.apache.camel.builder.RouteBuilder;

/** The same as {@code camel/kafka-moderation.camel.yaml}, in Java. */
public final class ModerationRoutes extends RouteBuilder {
    @Override
    public void configure() {
        // Each comment becomes a verdict: a row of the table llm_results, and a record of the topic moderated
        templatedRoute("llm-kafka-worker")
                .routeId("moderation")
                .parameter("topic", "comments")
                .parameter("groupId", "moderation")
                .parameter("groupInstanceId", "{{moderation.worker}}")
                .parameter("model", "{{moderation.llm}}")
                .parameter("instructions", "resource:classpath:prompt/instructions.txt")
                .parameter("schema", "resource:classpath:prompt/verdict.schema.json")
                .parameter("to", "kafka:moderated")
                .parameter("deadLetterTopic", "comments.dead-letter")
                .parameter("sessionTimeout", "6000")
                .parameter("pollTimeout", "100");
    }
}
