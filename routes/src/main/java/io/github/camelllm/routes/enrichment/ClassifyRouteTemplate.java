package io.github.camelllm.routes.enrichment;

import io.github.camelllm.chat.LlmMalformedResponseException;
import org.apache.camel.builder.RouteBuilder;

/**
 * Template {@code llm-classify-route}: sends each message to the endpoint for the label that a model gives it. The same as
 * {@code llm-classify-route.camel.yaml}.
 */
public final class ClassifyRouteTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-classify-route")
                .templateParameter("from", null, "Where messages come from")
                .templateParameter("model", null, "provider/model")
                .templateParameter("labels", null, "The labels, separated by commas")
                .templateParameter("to", null, "Endpoint for a label, with ${header.CamelLlmLabel} in it")
                .templateParameter("otherwise", null, "Endpoint for all that is not clear")
                .templateParameter("minConfidence", "0.7", "The least confidence, 0 to 1")
                .templateParameter("prompt", "${body}", "What is classified, in the simple language")
                .templateParameter(
                        "systemMessage",
                        "Give the message the one label that fits best, and your confidence from 0 to 1.",
                        "Instructions for the model, such as what each label means")
                .from("{{from}}")
                .setVariable("llmMessage", body())
                .setVariable("llmPrompt", simple("{{prompt}}", String.class))
                .doTry()
                .bean(Labels.class, "ask(${exchange}, '{{labels}}')")
                .toV("llm:{{model}}?systemMessage=RAW({{systemMessage}})", "llmPrompt", null)
                .bean(Labels.class, "read(${exchange})")
                .doCatch(LlmMalformedResponseException.class)
                .log("No label of the list came back: ${exception.message}")
                .doFinally()
                .removeHeader("CamelLlmJsonSchema")
                .setBody(variable("llmMessage"))
                .process("#class:io.github.camelllm.routes.RemoveVariables('llm')")
                .end()
                .choice()
                .when(simple("${header.CamelLlmConfidence} >= {{minConfidence}}"))
                .toD("{{to}}")
                .otherwise()
                .to("{{otherwise}}")
                .end();
    }
}
