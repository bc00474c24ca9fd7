package io.github.camelllm.routes.splitting;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-map-reduce} in Java: a text longer than a model reads, chunk by chunk and then answer by answer. */
public final class MapReduceTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-map-reduce")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter("mapPrompt")
                .templateParameter("reducePrompt")
                .templateParameter("charset", "UTF-8")
                .templateParameter("chunkTokens", "4000")
                .templateParameter("overlapTokens", "0")
                .templateParameter("reduceTokens", "8000")
                .templateParameter("maxTokens", "1000")
                .templateParameter("maxChunks", "2000")
                .templateParameter("parallelism", "4")
                .templateBean("mapReduce")
                .typeClass(MapReduce.class)
                .property("charset", "{{charset}}")
                .property("model", "{{model}}")
                .property("chunkTokens", "{{chunkTokens}}")
                .property("overlapTokens", "{{overlapTokens}}")
                .property("reduceTokens", "{{reduceTokens}}")
                .property("maxChunks", "{{maxChunks}}")
                .end()
                .templateBean("workers")
                .typeClass(Workers.class)
                .property("threads", "{{parallelism}}")
                .end()
                .from("{{from}}")
                .bean("{{mapReduce}}", "start")
                .loopDoWhile(method("{{mapReduce}}", "hasMore"))
                .choice()
                .when(method("{{mapReduce}}", "isFirst"))
                .setHeader("CamelLlmSystemMessage", constant("{{mapPrompt}}"))
                .otherwise()
                .setHeader("CamelLlmSystemMessage", constant("{{reducePrompt}}"))
                .end()
                // The chunks of the text, then groups of answers
                .split(method("{{mapReduce}}", "questions"))
                .streaming()
                .parallelProcessing()
                .synchronous()
                .executorService("{{workers}}")
                .aggregationStrategy("{{mapReduce}}")
                .bean("{{mapReduce}}", "open")
                .to("llm:{{model}}?maxTokens={{maxTokens}}")
                .end()
                .end()
                .bean("{{mapReduce}}", "finish");
    }
}
