package io.github.camelllm.routes.ledger.report;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-chargeback} in Java. What each value of a tag is charged for a period, and what stays unallocated. */
public final class ChargebackTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-chargeback")
                .templateParameter("from")
                .templateParameter("period", "last-month")
                .templateParameter("tag")
                .templateParameter("decimals", "2")
                .templateParameter("format", "csv")
                .templateParameter("to", "log:llm-chargeback?level=OFF")
                .templateBean("report")
                .typeClass(ChargebackReport.class)
                .property("period", "{{period}}")
                .property("tag", "{{tag}}")
                .property("decimals", "{{decimals}}")
                .property("format", "{{format}}")
                .end()
                .from("{{from}}")
                .process("{{report}}")
                .to("{{to}}");
    }
}
