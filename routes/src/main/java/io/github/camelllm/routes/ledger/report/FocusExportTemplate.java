package io.github.camelllm.routes.ledger.report;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-focus-export} in Java. Charges in the columns of the FinOps Open Cost and Usage Specification (FOCUS) 1.2. */
public final class FocusExportTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-focus-export")
                .templateParameter("from")
                .templateParameter("period", "last-month")
                .templateParameter("tag", "")
                .templateParameter("account", "camel-llm")
                .templateParameter("accountName", "")
                .templateParameter("format", "csv")
                .templateParameter("to", "log:llm-focus-export?level=OFF")
                .templateBean("report")
                .typeClass(FocusExport.class)
                .property("period", "{{period}}")
                .property("tag", "{{tag}}")
                .property("account", "{{account}}")
                .property("accountName", "{{accountName}}")
                .property("format", "{{format}}")
                .end()
                .from("{{from}}")
                .process("{{report}}")
                .to("{{to}}");
    }
}
