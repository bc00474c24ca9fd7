package io.github.camelllm.routes.deadletters;

import org.apache.camel.builder.RouteBuilder;

/** The routes of docs/dead-letters.md in Java. */
final class DeadLettersDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        templatedRoute("llm-retry-dead-letter")
                .parameter("from", "direct:letters")
                .parameter("model", "openai/gpt-5-mini")
                .parameter("to", "mock:answers")
                .parameter("redeliveries", "0")
                .parameter("deadLetter", "direct:letters-failed");
        templatedRoute("llm-dead-letter-table")
                .parameter("from", "direct:letters-failed")
                .parameter("name", "letters")
                .parameter("replayTo", "direct:letters");
        from("direct:mails")
                .doTry()
                .to("llm:openai/gpt-5-mini")
                .to("mock:sorted")
                .doCatch(Exception.class)
                .to("kamelet:llm-dead-letter-table-sink?name=mails&replayTo=direct:mails")
                .end();
    }
}
