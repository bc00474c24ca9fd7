package io.github.camelllm.examples.nodes;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.routes.splitting.Workers;
import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;

/** The route of {@code camel/four-nodes.camel.yaml} in Java. */
final class QuestionRoutes extends RouteBuilder {
    @Override
    public void configure() {
        Workers callers = new Workers();
        callers.setCamelContext(getContext());
        callers.setThreads(8);

        // A file of questions, one a line, eight of them at a time. One that is not answered does not stop the
        // others.
        from("file:{{inbox}}?move=done&initialDelay=0&delay=100")
                .routeId("questions")
                .split(body().tokenize("\n"))
                .streaming()
                .parallelProcessing()
                .synchronous()
                .executorService(callers)
                .doTry()
                .to("llm:{{llm}}?cache=exact&maxTokens=80")
                .doCatch(LlmException.class)
                .log(LoggingLevel.WARN, "Not answered: ${exception.message}")
                .end()
                .end();
    }
}
