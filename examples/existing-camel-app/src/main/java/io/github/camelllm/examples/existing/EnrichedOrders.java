package io.github.camelllm.examples.existing;

import io.github.camelllm.chat.LlmException;
import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.dataformat.JsonLibrary;

/** {@code com/acme/enriched/orders.camel.yaml} in Java. */
public final class EnrichedOrders extends RouteBuilder {
    @Override
    public void configure() {
        from("file:{{orders.inbox}}?include=.*\\.json&charset=UTF-8&move=done&moveFailed=rejected&initialDelay=0&delay=200")
                .routeId("orders")
                .unmarshal()
                .json(JsonLibrary.Jackson)
                .validate()
                .simple("${body[id]} != null && ${body[customer]} != null && ${body[quantity]} > 0")
                .doTry()
                .to("kamelet:llm-enrich-action?model={{orders.model}}"
                        + "&prompt=RAW(The customer's remark: ${body[remark]})"
                        + "&systemMessage=What does the remark of this order ask for, and how urgent is it?"
                        + "&strategy=MergeJson&target=keep"
                        + "&options=RAW(jsonSchema=resource:classpath:com/acme/enriched/remark.schema.json)")
                .doCatch(LlmException.class)
                .log(LoggingLevel.WARN, "Order ${body[id]} goes on without urgency: ${exception.message}")
                .end()
                .setVariable("order", body())
                .marshal()
                .json(JsonLibrary.Jackson)
                .to("sql:insert into orders (id, customer, article, quantity, details) values (:#${variable.order[id]},"
                        + " :#${variable.order[customer]}, :#${variable.order[article]}, :#${variable.order[quantity]},"
                        + " :#${bodyAs(String)})");
    }
}
