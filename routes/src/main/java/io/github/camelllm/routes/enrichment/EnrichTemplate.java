package io.github.camelllm.routes.enrichment;

import org.apache.camel.builder.RouteBuilder;

/** Template {@code llm-enrich}: adds a model's answer to a record. The same as {@code llm-enrich.camel.yaml}. */
public final class EnrichTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-enrich")
                .templateParameter("from", null, "Where records come from")
                .templateParameter("model", null, "provider/model")
                .templateParameter("prompt", null, "The question, in the simple language")
                .templateParameter("systemMessage", "Answer with the value alone.", "Instructions for the model")
                .templateParameter(
                        "options",
                        "maxRepairs=1",
                        "More options of the call, as in a URI: jsonSchema=resource:classpath:a.json&maxTokens=100")
                .templateParameter("strategy", "AppendField", "AppendField, AttachHeader or MergeJson")
                .templateParameter(
                        "target", "answer", "Name of the field or header; for MergeJson keep, overwrite or fail")
                .from("{{from}}")
                .setVariable("llmMessage", body())
                .doTry()
                .setVariable("llmPrompt", simple("{{prompt}}", String.class))
                .enrich()
                .constant("llm:{{model}}?systemMessage=RAW({{systemMessage}})" + "&{{options}}")
                .aggregationStrategy("#class:io.github.camelllm.routes.enrichment.{{strategy}}('{{target}}')")
                .variableSend("llmPrompt")
                .end()
                .setVariable("llmAnswered", constant("true"))
                .endDoTry()
                .doFinally()
                .filter(simple("${variable.llmAnswered} == null"))
                .setBody(variable("llmMessage"))
                .end()
                .process("#class:io.github.camelllm.routes.RemoveVariables('llm')")
                .end();
    }
}
