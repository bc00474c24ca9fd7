package io.github.camelllm.routes.queues;

import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-http-in}, as in {@code camel-llm/templates/llm-http-in.camel.yaml}, which explains it. */
public final class HttpInTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-http-in")
                .templateParameter("path", null, "Path that questions are posted to, such as /questions")
                .templateParameter(
                        "queue", "seda:llm-http-in?size=1000", "Where they wait, such as jms:queue:questions")
                .from("platform-http:{{path}}?httpMethodRestrict=POST")
                .errorHandler(noErrorHandler())
                .convertBodyTo(String.class)
                .setHeader("llmJobId", simple("${uuid}"))
                .choice()
                .when(simple("${body} == null || ${body.isBlank()} == true"))
                .setHeader("CamelHttpResponseCode", constant("400"))
                .setBody(constant("{\"error\":\"expected a question as the body, got an empty one\"}"))
                .otherwise()
                .doTry()
                .removeHeaders("*", "llmJobId")
                .to(ExchangePattern.InOnly, "{{queue}}")
                .setBody(simple("{\"id\":\"${header.llmJobId}\"}"))
                .setHeader("CamelHttpResponseCode", constant("202"))
                .endDoTry()
                .doCatch(Exception.class)
                .setBody(constant("{\"error\":\"the queue takes no more questions now\"}"))
                .setHeader("CamelHttpResponseCode", constant("503"))
                .end()
                .end()
                .end()
                .setHeader("Content-Type", constant("application/json"));
    }
}
