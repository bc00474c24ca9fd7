package io.github.camelllm.examples.boot;

import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** {@code camel/ask.camel.yaml} in Java, taken with {@code helpdesk.route=java}. */
@Component
@ConditionalOnProperty(name = "helpdesk.route", havingValue = "java")
public class AskRoute extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:ask").routeId("ask").to("llm:{{helpdesk.model}}");
    }
}
