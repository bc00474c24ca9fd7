package io.github.camelllm.routes.redaction;

import org.apache.camel.builder.RouteBuilder;

/** Template {@code llm-restore}: puts back what {@code llm-redact} took out. The same as {@code llm-restore.camel.yaml}. */
public final class RestoreTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-restore")
                .templateParameter("from", null, "Where answers come from")
                .from("{{from}}")
                .process("#class:io.github.camelllm.routes.redaction.Restore");
    }
}
