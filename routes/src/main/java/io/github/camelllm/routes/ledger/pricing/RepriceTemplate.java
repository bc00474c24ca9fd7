package io.github.camelllm.routes.ledger.pricing;

import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-reprice} in Java. What a period costs by other prices. With post=true the difference is entered in the ledger. */
public final class RepriceTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-reprice")
                .templateParameter("from")
                .templateParameter("period", "last-month")
                .templateParameter("prices", "")
                .templateParameter("post", "false")
                .templateParameter("provider", "")
                .templateParameter("model", "")
                .templateParameter("tag", "")
                .templateParameter("tagValue", "")
                .templateParameter("actor", "llm-reprice")
                .templateParameter("format", "csv")
                .templateParameter("to", "log:llm-reprice?level=OFF")
                .templateBean("report")
                .typeClass(RepriceReport.class)
                .property("period", "{{period}}")
                .property("prices", "{{prices}}")
                .property("post", "{{post}}")
                .property("provider", "{{provider}}")
                .property("model", "{{model}}")
                .property("tag", "{{tag}}")
                .property("tagValue", "{{tagValue}}")
                .property("actor", "{{actor}}")
                .property("format", "{{format}}")
                .end()
                .from("{{from}}")
                .process("{{report}}")
                .to("{{to}}");
    }
}
