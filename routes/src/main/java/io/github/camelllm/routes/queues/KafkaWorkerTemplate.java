package io.github.camelllm.routes.queues;

import io.github.camelllm.chat.LlmException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;

/**
 * The template {@code llm-kafka-worker}, as in {@code camel-llm/templates/llm-kafka-worker.camel.yaml}, which explains it.
 */
public final class KafkaWorkerTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-kafka-worker")
                .templateParameter("topic", null, "Topic of the questions")
                .templateParameter("groupId", null, "Consumer group that shares them")
                .templateParameter("model", null, "Who answers, as provider/model")
                .templateOptionalParameter("brokers", "Kafka's addresses; not needed if the component has them")
                .templateOptionalParameter("instructions", "System message; text or resource:classpath:…")
                .templateOptionalParameter(
                        "schema", "JSON schema of the answer; text in RAW(…) or resource:classpath:…")
                .templateParameter("maxTokens", "1000", "Most tokens of an answer")
                .templateParameter("requestTimeout", "2m", "Longest wait for one answer")
                .templateParameter("table", "llm_results", "Table of the answers")
                .templateOptionalParameter("dataSource", "Name of the DataSource; not needed if there is only one")
                .templateParameter(
                        "key",
                        "${header[kafka.TOPIC]}-${header[kafka.PARTITION]}-${header[kafka.OFFSET]}",
                        "Simple expression; one answer is kept for each value")
                .templateParameter(
                        "to",
                        "log:io.github.camelllm.routes.queues?level=DEBUG&showBody=false",
                        "Where the stored answer goes next")
                .templateParameter("deadLetterTopic", "llm.dead-letter", "Topic of the records that cannot be answered")
                .templateParameter("batchSize", "20", "Most records in a batch")
                .templateParameter("parallelism", "4", "Records under way at a time, from 1 to 10")
                .templateParameter("redeliveries", "4", "How often a busy provider is asked again about one record")
                .templateParameter(
                        "retryDelay",
                        "1000",
                        "Milliseconds before the first repetition, where the provider does not say; doubles each time")
                .templateParameter("onExhausted", "retry", "What then becomes of the record, retry or dead-letter")
                .templateParameter(
                        "pollTimeout", "500", "Milliseconds after which a batch that is not full is taken up")
                .templateParameter(
                        "maxPollInterval",
                        "900000",
                        "Milliseconds that a batch may take before another worker gets its records")
                .templateParameter(
                        "sessionTimeout", "45000", "Milliseconds after which a worker that is silent counts as dead")
                .templateOptionalParameter(
                        "groupInstanceId",
                        "Name of this worker, if it shall have its partitions back at once after a restart")
                // A batch that fails is read again from the committed offsets
                .from("kafka:{{topic}}?brokers={{?brokers}}&groupId={{groupId}}&groupInstanceId={{?groupInstanceId}}"
                        + "&autoOffsetReset=earliest&autoCommitEnable=false&allowManualCommit=true"
                        + "&breakOnFirstError=true&batching=true&maxPollRecords={{batchSize}}"
                        + "&pollTimeoutMs={{pollTimeout}}&maxPollIntervalMs={{maxPollInterval}}"
                        + "&sessionTimeoutMs={{sessionTimeout}}")
                // No other error handler may swallow what must keep the offset back
                .errorHandler(noErrorHandler())
                .setVariable("batch", simple("${body}"))
                .split(method(KafkaRecords.class, "lanes(${body}, {{parallelism}})"), new KeepFailure())
                .parallelProcessing()
                // The consumer's own thread waits for all of them, and commits
                .synchronous()
                .split(body(), new KeepFailure())
                .stopOnException()
                .setVariable("key", simple("{{key}}"))
                .setVariable("question", simple("${body}"))
                .toV(
                        "sql:select coalesce(max(status), 'new') from {{table}} where message_id = :#${variable.key}"
                                + "?outputType=SelectOne&dataSource={{?dataSource}}",
                        null,
                        "status")
                .setVariable("known", simple("${variable.status}"))
                .filter(simple("${variable.known} == 'new'"))
                .doTry()
                .loopDoWhile(simple("${variable.status} == 'new'"))
                .doTry()
                .to("llm:{{model}}?systemMessage={{?instructions}}&jsonSchema={{?schema}}&maxTokens={{maxTokens}}"
                        + "&requestTimeout={{requestTimeout}}")
                .setVariable("status", constant("done"))
                .endDoTry()
                .doCatch(LlmException.class)
                .onWhen(simple(
                        "${exception.retryable} == true && ${exchangeProperty.CamelLoopIndex} < {{redeliveries}}"))
                .delay(method(
                        Failure.class,
                        "waitBeforeRepetition(${exchange}, ${exchangeProperty.CamelLoopIndex}, {{retryDelay}})"))
                .end()
                .end()
                .end()
                .end()
                .to("sql:insert into {{table}} (message_id, status, answer, provider, model, input_tokens,"
                        + " output_tokens, cost, cost_currency) values (:#${variable.key}, 'done', :#${body},"
                        + " :#${header.CamelLlmProvider}, :#${header.CamelLlmRequestModel},"
                        + " :#${header.CamelLlmInputTokens}, :#${header.CamelLlmOutputTokens},"
                        + " :#${header.CamelLlmCost}, :#${header.CamelLlmCostCurrency})"
                        + "?noop=true&dataSource={{?dataSource}}")
                .endDoTry()
                .doCatch(Exception.class)
                .setVariable("status", constant("dead-letter"))
                .setVariable("reason", method(Failure.class, "reason"))
                .choice()
                .when(method(Failure.class, "isGivenUp(${exchange}, '{{onExhausted}}')"))
                .setHeader("llmKey", simple("${variable.key}"))
                .setHeader("llmFailure", method(Failure.class, "kind"))
                .setHeader("llmReason", simple("${variable.reason}"))
                .setBody(simple("${variable.question}"))
                .to("kafka:{{deadLetterTopic}}?brokers={{?brokers}}")
                .to("sql:insert into {{table}} (message_id, status, reason) values (:#${variable.key},"
                        + " 'dead-letter', :#${variable.reason})?noop=true&dataSource={{?dataSource}}")
                .otherwise()
                .delay(method(Failure.class, "waitBeforeRepetition(${exchange}, 0, {{retryDelay}})"))
                .throwException(
                        RuntimeCamelException.class, "The batch with ${variable.key} is read again: ${variable.reason}")
                .end()
                .end()
                .end()
                .end()
                .end()
                .filter(simple("${variable.known} == 'done'"))
                .to("sql:select answer from {{table}} where message_id = :#${variable.key}"
                        + "?outputType=SelectOne&dataSource={{?dataSource}}")
                .end()
                .filter(simple("${variable.status} == 'done'"))
                .setHeader("llmKey", simple("${variable.key}"))
                .to("{{to}}")
                .end()
                .end()
                .end()
                .bean(KafkaRecords.class, "commit(${variable.batch})");
    }
}
