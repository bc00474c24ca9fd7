package io.github.camelllm.routes.queues;

import org.apache.camel.ExchangePattern;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-jms-worker}, as in {@code camel-llm/templates/llm-jms-worker.camel.yaml}, which explains it. */
public final class JmsWorkerTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-jms-worker")
                .templateParameter("queue", null, "Queue of the questions")
                .templateParameter("model", null, "Who answers, as provider/model")
                .templateOptionalParameter("instructions", "System message; text or resource:classpath:…")
                .templateOptionalParameter(
                        "schema", "JSON schema of the answer; text in RAW(…) or resource:classpath:…")
                .templateParameter("maxTokens", "1000", "Most tokens of an answer")
                .templateParameter("requestTimeout", "2m", "Longest wait for one answer")
                .templateParameter("table", "llm_results", "Table of the answers")
                .templateOptionalParameter("dataSource", "Name of the DataSource; not needed if there is only one")
                .templateParameter(
                        "key", "${header.JMSMessageID}", "Simple expression; one answer is kept for each value")
                .templateParameter(
                        "to",
                        "log:io.github.camelllm.routes.queues?level=DEBUG&showBody=false",
                        "Where the stored answer goes next, in the JMS transaction")
                .templateParameter(
                        "deadLetterQueue", "llm.dead-letter", "Queue of the messages that cannot be answered")
                .templateParameter(
                        "maxDeliveries", "6", "After so many deliveries, a message that still fails is a dead letter")
                .templateParameter(
                        "retryDelay",
                        "1000",
                        "Milliseconds before the first new delivery, where the provider does not say; doubles each"
                                + " time")
                .templateParameter("workers", "1", "Messages at a time")
                .templateParameter(
                        "disableReplyTo", "false", "If true, a message with JMSReplyTo is not answered there")
                .templateParameter("jms", "jms", "Name of the JMS component")
                // The session's own transaction, which sending takes part in
                .from(
                        "{{jms}}:queue:{{queue}}?transacted=true&lazyCreateTransactionManager=false"
                                + "&cacheLevelName=CACHE_CONSUMER&concurrentConsumers={{workers}}&disableReplyTo={{disableReplyTo}}")
                // No other error handler may send, retry or swallow what has to be rolled back
                .errorHandler(noErrorHandler())
                .process(new SameThread())
                .setVariable("key", simple("{{key}}"))
                .setVariable("question", simple("${body}"))
                .doTry()
                .toV(
                        "sql:select count(*) from {{table}} where message_id = :#${variable.key}"
                                + "?outputType=SelectOne&dataSource={{?dataSource}}",
                        null,
                        "known")
                .choice()
                .when(simple("${variable.known} == 0"))
                .to("llm:{{model}}?systemMessage={{?instructions}}&jsonSchema={{?schema}}&maxTokens={{maxTokens}}"
                        + "&requestTimeout={{requestTimeout}}")
                .to("sql:insert into {{table}} (message_id, status, answer, provider, model, input_tokens,"
                        + " output_tokens, cost, cost_currency) values (:#${variable.key}, 'done', :#${body},"
                        + " :#${header.CamelLlmProvider}, :#${header.CamelLlmRequestModel},"
                        + " :#${header.CamelLlmInputTokens}, :#${header.CamelLlmOutputTokens},"
                        + " :#${header.CamelLlmCost}, :#${header.CamelLlmCostCurrency})"
                        + "?noop=true&dataSource={{?dataSource}}")
                .otherwise()
                .to("sql:select answer from {{table}} where message_id = :#${variable.key}"
                        + "?outputType=SelectOne&dataSource={{?dataSource}}")
                .end()
                .setHeader("llmKey", simple("${variable.key}"))
                .to(ExchangePattern.InOnly, "{{to}}")
                .endDoTry()
                .doCatch(Exception.class)
                .setVariable("reason", method(Failure.class, "reason"))
                .choice()
                .when(method(Failure.class, "isHopeless(${exchange}, ${header.JMSXDeliveryCount}, {{maxDeliveries}})"))
                .setHeader("llmKey", simple("${variable.key}"))
                .setHeader("llmFailure", method(Failure.class, "kind"))
                .setHeader("llmReason", simple("${variable.reason}"))
                .setHeader("llmDeliveries", simple("${header.JMSXDeliveryCount}"))
                .setBody(simple("${variable.question}"))
                .to(ExchangePattern.InOnly, "{{jms}}:queue:{{deadLetterQueue}}")
                // One who waits for a reply gets these properties, and no text
                .setBody(constant(""))
                .otherwise()
                .delay(method(
                        Failure.class, "waitBeforeDelivery(${exchange}, ${header.JMSXDeliveryCount}, {{retryDelay}})"))
                .throwException(
                        RuntimeCamelException.class,
                        "Delivery ${header.JMSXDeliveryCount} of ${variable.key} is rolled back: ${variable.reason}")
                .end()
                .end();
    }
}
