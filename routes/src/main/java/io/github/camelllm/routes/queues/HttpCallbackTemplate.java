package io.github.camelllm.routes.queues;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;

/**
 * The template {@code llm-http-callback}, as in {@code camel-llm/templates/llm-http-callback.camel.yaml}, which explains it.
 */
public final class HttpCallbackTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-http-callback")
                .templateParameter(
                        "from", "seda:llm-http-in?size=1000&concurrentConsumers=4", "Where the questions wait")
                .templateParameter(
                        "callback", null, "Address that answers are posted to, such as https://example.com/answers")
                .templateParameter("model", null, "Who answers, as provider/model")
                .templateOptionalParameter("instructions", "System message; text or resource:classpath:…")
                .templateOptionalParameter(
                        "schema", "JSON schema of the answer; text in RAW(…) or resource:classpath:…")
                .templateParameter("maxTokens", "1000", "Most tokens of an answer")
                .templateParameter("requestTimeout", "2m", "Longest wait for one answer")
                .templateParameter("redeliveries", "4", "How often a model that failed is asked again")
                .templateParameter("retryDelay", "1000", "Milliseconds before the first repetition; doubles each time")
                .templateParameter(
                        "undelivered",
                        "log:io.github.camelllm.routes.queues?level=ERROR&showBody=false&showHeaders=true",
                        "Where an answer goes that the address does not take")
                .from("{{from}}")
                .errorHandler(repeating())
                .loopDoWhile(simple("${variable.status} == null"))
                .doTry()
                .to("llm:{{model}}?systemMessage={{?instructions}}&jsonSchema={{?schema}}&maxTokens={{maxTokens}}"
                        + "&requestTimeout={{requestTimeout}}")
                .setVariable("status", constant("done"))
                .endDoTry()
                .doCatch(Exception.class)
                .choice()
                .when(method(
                        Failure.class, "isHopeless(${exchange}, ${exchangeProperty.CamelLoopIndex}, {{redeliveries}})"))
                .setVariable("status", constant("failed"))
                .setHeader("llmFailure", method(Failure.class, "kind"))
                .setHeader("llmReason", method(Failure.class, "reason"))
                .setBody(constant(""))
                .otherwise()
                .delay(method(
                        Failure.class,
                        "waitBeforeRepetition(${exchange}, ${exchangeProperty.CamelLoopIndex}, {{retryDelay}})"))
                .end()
                .end()
                .end()
                .end()
                .end()
                .setHeader("CamelHttpMethod", constant("POST"))
                .to("{{callback}}");
    }

    /** Camel's builder takes no placeholders for numbers, its model does. */
    private static DeadLetterChannelDefinition repeating() {
        RedeliveryPolicyDefinition policy = new RedeliveryPolicyDefinition();
        policy.setMaximumRedeliveries("4");
        policy.setRedeliveryDelay("{{retryDelay}}");
        policy.setUseExponentialBackOff("true");
        policy.setBackOffMultiplier("2");
        policy.setMaximumRedeliveryDelay("60000");
        policy.setLogExhausted("false");
        DeadLetterChannelDefinition handler = new DeadLetterChannelDefinition("{{undelivered}}");
        handler.setRedeliveryPolicy(policy);
        return handler;
    }
}
