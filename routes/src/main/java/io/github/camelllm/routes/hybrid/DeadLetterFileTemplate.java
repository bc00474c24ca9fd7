package io.github.camelllm.routes.hybrid;

import org.apache.camel.builder.RouteBuilder;

/** Writes a dead letter with its headers into a folder, one JSON file each. The twin of {@code camel-llm/templates/llm-dead-letter-file.camel.yaml}, which says more. */
public final class DeadLetterFileTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-dead-letter-file")
                .templateParameter("from")
                .templateParameter("folder")
                .from("{{from}}")
                .process(new DeadLetterRecord())
                // A reader sees whole files only
                .to("file:{{folder}}?tempPrefix=.");
    }
}
