package io.github.camelllm.routes.ledger.reconcile;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-reconcile} in Java. Compares the export of a provider in the body with the ledger. With post=true the drift is entered in the ledger. */
public final class ReconcileTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-reconcile")
                .templateParameter("from")
                .templateParameter("provider")
                .templateParameter("export")
                .templateParameter("columns", "")
                .templateParameter("currency", "USD")
                .templateParameter("decimals", "0")
                .templateParameter("delimiter", ",")
                .templateParameter("models", "")
                .templateParameter("post", "false")
                .templateParameter("exportId", "${header.CamelFileName}")
                .templateParameter("tolerance", "0")
                .templateParameter("actor", "llm-reconcile")
                .templateParameter("format", "csv")
                .templateParameter("to", "log:llm-reconcile?level=OFF")
                .templateBean("report")
                .typeClass(ReconcileReport.class)
                .property("provider", "{{provider}}")
                .property("export", "{{export}}")
                .property("columns", "{{columns}}")
                .property("currency", "{{currency}}")
                .property("decimals", "{{decimals}}")
                .property("delimiter", "{{delimiter}}")
                .property("models", "{{models}}")
                .property("post", "{{post}}")
                .property("exportId", "{{exportId}}")
                .property("tolerance", "{{tolerance}}")
                .property("actor", "{{actor}}")
                .property("format", "{{format}}")
                .end()
                .from("{{from}}")
                .process("{{report}}")
                .to("{{to}}");
    }
}
