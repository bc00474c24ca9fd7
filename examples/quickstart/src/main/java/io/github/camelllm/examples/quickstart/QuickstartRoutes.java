package io.github.camelllm.examples.quickstart;

import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.dataformat.JsonLibrary;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/** The same routes as {@code routes/quickstart.yaml}, in Java. */
public final class QuickstartRoutes extends RouteBuilder {
    @Override
    public void configure() {
        // Log nothing here: a file that fails ends in the dead-letter folder with the reason
        errorHandler(defaultErrorHandler().logExhausted(false));

        // The provider is busy or away: ask again, after as long as it says (Retry-After), else after 1, 2, 4, …
        // seconds
        onException(LlmRateLimitedException.class, LlmUnavailableException.class, LlmTimeoutException.class)
                .onWhen(simple("${exception.retryable}"))
                .maximumRedeliveries("{{quickstart.redeliveries}}")
                .redeliveryDelay(1000)
                .useExponentialBackOff()
                .backOffMultiplier(2)
                .useCollisionAvoidance()
                .maximumRedeliveryDelay(60_000)
                .logExhausted(false);

        // A file: its parts one after the other, then its row in the table of files
        from("file:{{quickstart.inbox}}?noop=true&recursive=true&autoCreate=false&directoryMustExist=true"
                        // A file that came to its end is remembered in the database, and not before
                        + "&idempotentRepository=#finishedFiles&idempotentEager=false"
                        + "&idempotentKey=RAW(${file:name}|${file:size}|${file:modified})"
                        + "&maxMessagesPerPoll=1000&initialDelay=0&delay=200&pollStrategy=#untilEmpty")
                .routeId("inbox")
                .errorHandler(noErrorHandler())
                // This many files, and so questions, at a time
                .threads()
                .poolSize("{{quickstart.concurrency}}")
                .maxPoolSize("{{quickstart.concurrency}}")
                .maxQueueSize("10")
                .rejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns)
                .setVariable("file", simple("${file:name}"))
                .setVariable("version", simple("${file:size}-${file:modified}"))
                .doTry()
                .to("sql:classpath:sql/forget-older.sql")
                .split(method("documents", "parts"))
                .stopOnException()
                // The thread waits for the answers; without this, all files would be asked at once
                .synchronous()
                .to("direct:part")
                .end()
                .to("sql:classpath:sql/file-done.sql")
                .endDoTry()
                // What is wrong with this file only, or still wrong after all redeliveries. Other exceptions, such as a
                // refused key, stop the run, and the file is taken up again by the next one.
                .doCatch(
                        UnreadableDocumentException.class,
                        LlmInvalidRequestException.class,
                        LlmContextWindowExceededException.class,
                        LlmContentFilteredException.class,
                        LlmMalformedResponseException.class,
                        LlmRateLimitedException.class,
                        LlmUnavailableException.class,
                        LlmTimeoutException.class)
                .to("direct:dead-letter")
                .end();

        // A part of a file: ask the model unless its answer is in the table already
        from("direct:part")
                .routeId("part")
                .toV("sql:classpath:sql/known-part.sql?outputType=SelectOne", null, "known")
                .filter(simple("${variable.known} == 0"))
                .setVariable("part", simple("${body}"))
                .setBody(simple("${body.text}"))
                .to("llm:{{quickstart.llm}}"
                        + "?systemMessage=resource:classpath:prompt/instructions.txt"
                        + "&jsonSchema=resource:classpath:prompt/document.schema.json"
                        + "&maxTokens=4000"
                        + "&requestTimeout=3m")
                .unmarshal()
                .json(JsonLibrary.Jackson)
                .setVariable("entities", method("entities", "text(${body[entities]})"))
                .to("sql:classpath:sql/insert-document.sql")
                .end();

        // A file that cannot be processed: a copy, the reason beside it, and its row in the table of files
        from("direct:dead-letter")
                .routeId("dead-letter")
                .errorHandler(noErrorHandler())
                .setVariable("reason", method("documents", "reason"))
                .to("file:{{quickstart.deadLetters}}")
                .setHeader("CamelOverruleFileName", simple("${variable.file}.reason.txt"))
                .setBody(simple("${variable.reason}"))
                .to("file:{{quickstart.deadLetters}}")
                .to("sql:classpath:sql/file-dead-lettered.sql");
    }
}
