package io.github.camelllm.routes.enrichment;

import org.apache.camel.builder.RouteBuilder;

/**
 * Template {@code llm-context-from-file}: asks with a file beside the question. The same as
 * {@code llm-context-from-file.camel.yaml}.
 */
public final class ContextFromFileTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-context-from-file")
                .templateParameter("from", null, "Where questions come from")
                .templateParameter("model", null, "provider/model")
                .templateParameter("directory", null, "Folder of the reference material")
                .templateParameter("file", null, "Name of the file in it, in the simple language")
                .templateParameter("timeout", "5000", "Milliseconds to wait for the file")
                .templateParameter("maxBytes", "200000", "The largest file that goes into a prompt")
                .templateParameter("charset", "UTF-8", "Encoding of the file")
                .templateParameter("prompt", "${variable.llmContext}\n\nQuestion: ${body}", "Simple language")
                .templateParameter(
                        "systemMessage",
                        "Answer from the reference material alone. Say so if it does not tell.",
                        "Instructions for the model")
                .from("{{from}}")
                .setVariable("llmMessage", body())
                .doTry()
                .setVariable("llmFile", simple("{{file}}"))
                .validate()
                .simple("${variable.llmFile} regex '[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,200}'")
                .pollEnrich()
                .simple("file:{{directory}}?fileName=RAW(${variable.llmFile})&charset={{charset}}"
                        + "&noop=true&idempotent=false&recursive=false&delay=50")
                .timeout("{{timeout}}")
                .aggregationStrategy("#class:io.github.camelllm.routes.enrichment.ReferenceText({{maxBytes}})")
                .end()
                .setVariable("llmPrompt", simple("{{prompt}}", String.class))
                .toV("llm:{{model}}?systemMessage=RAW({{systemMessage}})", "llmPrompt", null)
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
