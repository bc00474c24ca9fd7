package io.github.camelllm.routes.hybrid;

import io.github.camelllm.routes.failover.Question;
import org.apache.camel.builder.RouteBuilder;

/** Lets a model judge an answer: the header CamelLlmScore says how good it is, 0 to 100. The twin of {@code camel-llm/templates/llm-judge.camel.yaml}, which says more. */
public final class JudgeTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-judge")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter("instructions", "resource:classpath:camel-llm/hybrid/judge.txt")
                .from("{{from}}")
                .setVariable("llmQuestionText", method(Question.class, "text"))
                .enrich(
                        "llm:{{model}}?systemMessage={{instructions}}"
                                + "&promptTemplate=resource:classpath:camel-llm/hybrid/judge-prompt.txt"
                                + "&jsonSchema=resource:classpath:camel-llm/hybrid/score.schema.json",
                        new JudgeScore())
                .removeVariable("llmQuestionText");
    }
}
