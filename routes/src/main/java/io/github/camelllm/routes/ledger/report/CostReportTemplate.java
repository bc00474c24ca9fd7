package io.github.camelllm.routes.ledger.report;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-cost-report} in Java. What attempts took and cost, from the sums of the ledger. */
public final class CostReportTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-cost-report")
                .templateParameter("from")
                .templateParameter("period", "last-month")
                .templateParameter("by", "provider,model")
                .templateParameter("over", "")
                .templateParameter("tag", "")
                .templateParameter("tagValue", "")
                .templateParameter("provider", "")
                .templateParameter("model", "")
                .templateParameter("operation", "")
                .templateParameter("format", "csv")
                .templateParameter("to", "log:llm-cost-report?level=OFF")
                .templateBean("report")
                .typeClass(CostReport.class)
                .property("period", "{{period}}")
                .property("by", "{{by}}")
                .property("over", "{{over}}")
                .property("tag", "{{tag}}")
                .property("tagValue", "{{tagValue}}")
                .property("provider", "{{provider}}")
                .property("model", "{{model}}")
                .property("operation", "{{operation}}")
                .property("format", "{{format}}")
                .end()
                .from("{{from}}")
                .process("{{report}}")
                .to("{{to}}");
    }
}
