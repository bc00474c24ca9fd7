package io.github.camelllm.routes.ledger;

import org.apache.camel.builder.RouteBuilder;

/** What docs/cost-reports.md shows in Java. */
final class CostReportDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:team")
                .to("kamelet:llm-cost-report-action?period=2025-03&by=model&over=day&tag=team&tagValue=search")
                .to("file:{{folder}}/reports?fileName=search.csv");

        from("direct:charge")
                .to("kamelet:llm-chargeback-action?period=2025-03&tag=costCenter")
                .to("file:{{folder}}/reports?fileName=chargeback.csv");

        from("direct:what-if")
                .to("kamelet:llm-reprice-action?period=2025-03&prices=file:{{folder}}/prices.csv")
                .to("file:{{folder}}/reports?fileName=what-if.csv");

        templatedRoute("llm-reconcile")
                .parameter("from", "file:{{folder}}/invoices?include=openai-.*")
                .parameter("provider", "openai")
                .parameter("export", "openai")
                .parameter("post", "true")
                .parameter("to", "file:{{folder}}/reports?fileName=drift-${header.CamelFileNameOnly}.csv");

        from("direct:focus")
                .to("kamelet:llm-focus-export-action?period=2025-03&tag=costCenter&account=acme-llm")
                .to("file:{{folder}}/reports?fileName=focus.csv");

        from("direct:table")
                .to("kamelet:llm-chargeback-action?period=2025-03&tag=costCenter&format=rows")
                .split(body())
                .to("sql:insert into charges (cost_center, currency, amount)"
                        + " values (:#value, :#currency, :#amount)?dataSource=#finance");

        from("direct:mail")
                .to("kamelet:llm-chargeback-action?period=2025-03&tag=costCenter")
                .setHeader("Subject", simple("LLM cost of 2025-03: ${header.LlmReportTotal}"))
                .to("{{finance.mail}}");
    }
}
