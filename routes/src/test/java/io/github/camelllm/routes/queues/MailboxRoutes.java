package io.github.camelllm.routes.queues;

import org.apache.camel.builder.RouteBuilder;

/** The same as {@code queues/mailbox.camel.yaml}, in Java. */
final class MailboxRoutes extends RouteBuilder {
    @Override
    public void configure() {
        templatedRoute("llm-mail-in")
                .routeId("office-mail")
                .parameter("mailbox", "{{office.mailbox}}")
                .parameter("username", "office")
                .parameter("password", "{{office.password}}")
                .parameter("model", "openai/gpt-5-mini")
                .parameter("folders", "Invoices,Complaints")
                .parameter("otherwise", "Other")
                .parameter("delay", "100");
    }
}
