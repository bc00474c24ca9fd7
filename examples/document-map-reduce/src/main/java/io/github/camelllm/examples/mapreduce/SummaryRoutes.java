package io.github.camelllm.examples.mapreduce;

import io.github.camelllm.chat.LlmException;
import java.io.FileNotFoundException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;

/** The same routes as {@code routes/document-map-reduce.yaml}, in Java. */
final class SummaryRoutes extends RouteBuilder {
    /** Holds for all routes, those of templates too. */
    static final class Redelivery extends RouteConfigurationBuilder {
        @Override
        public void configuration() {
            // The provider is busy or away: ask again, after as long as it says (Retry-After), else after 1, 2, 4, …
            // seconds
            routeConfiguration()
                    .onException(LlmException.class)
                    .onWhen(simple("${exception.retryable}"))
                    .maximumRedeliveries(5)
                    .redeliveryDelay(1000)
                    .useExponentialBackOff()
                    .backOffMultiplier(2)
                    .useCollisionAvoidance()
                    .maximumRedeliveryDelay(60_000)
                    .logExhausted(false);
        }
    }

    @Override
    public void configure() {
        // A document: its summary, and a line in the index
        from("file:{{example.inbox}}?noop=true&recursive=true&maxDepth={{example.depth}}&antInclude={{example.files}}"
                        + "&antExclude={{example.except}}&sortBy=file:name&maxMessagesPerPoll=10000&initialDelay=0&repeatCount=1"
                        + "&sendEmptyMessageWhenIdle=true"
                        // One document after the other
                        + "&synchronous=true")
                .routeId("documents")
                // After the routes that it sends to
                .startupOrder(2000)
                .filter(simple("${body} == null"))
                // No document at all
                .throwException(FileNotFoundException.class, "no file is like {{example.files}} in {{example.inbox}}")
                .end()
                .doTry()
                .to("direct:summary")
                .to("file:{{example.summaries}}?fileName=${file:name}.summary.md")
                .setBody(simple("- [${file:name}](${file:name}.summary.md): ${header.LlmCalls} questions,"
                        + " ${header.CamelLlmInputTokens} tokens in, ${header.CamelLlmOutputTokens} out"))
                .endDoTry()
                .doCatch(LlmException.class, IllegalArgumentException.class)
                .setBody(simple("- ${file:name}: no summary, ${exception.class.simpleName}"))
                .end()
                .to("file:{{example.summaries}}?fileName=index.md&fileExist=Append&appendChars=\\n");

        templatedRoute("llm-map-reduce")
                .routeId("summary")
                .parameter("from", "direct:summary")
                .parameter("model", "{{example.model}}")
                .parameter("mapPrompt", "resource:classpath:prompt/map.txt")
                .parameter("reducePrompt", "resource:classpath:prompt/reduce.txt")
                .parameter("chunkTokens", "{{example.chunkTokens}}")
                .parameter("maxTokens", "500")
                .parameter("reduceTokens", "2000");
    }
}
