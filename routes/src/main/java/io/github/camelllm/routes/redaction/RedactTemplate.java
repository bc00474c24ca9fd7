package io.github.camelllm.routes.redaction;

import org.apache.camel.builder.RouteBuilder;

/** Template {@code llm-redact}: takes personal data out of the body. The same as {@code llm-redact.camel.yaml}. */
public final class RedactTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-redact")
                .templateParameter("from", null, "Where messages come from")
                .templateParameter("rules", "email,phone,iban,card", "Shipped rules, separated by commas, or none")
                .templateParameter("patterns", "none", "Resource with rules of your own, NAME expression in each line")
                .from("{{from}}")
                .process("#class:io.github.camelllm.routes.redaction.Redact('{{rules}}', '{{patterns}}')");
    }
}
