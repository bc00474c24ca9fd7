package io.github.camelllm.examples.cost;

import org.apache.camel.builder.RouteBuilder;

/** The routes of {@code camel/month-end.camel.yaml} in Java. */
final class MonthEndRoutes extends RouteBuilder {
    @Override
    public void configure() {
        // Who is charged what, and what each team used. In earnest from quartz:, with period=last-month
        from("direct:month-end")
                .routeId("month-end")
                .to("kamelet:llm-cost-report-action?period=this-month&by=tag,model&tag=team")
                .to("file:{{folder}}/reports?fileName=teams.csv")
                .to("kamelet:llm-chargeback-action?period=this-month&tag=costCenter&decimals=9")
                .to("file:{{folder}}/reports?fileName=chargeback.csv");

        // Whether the provider says the same: one row for each day and model of its export
        from("file:{{folder}}/invoices?initialDelay=0")
                .routeId("reconcile")
                .to("kamelet:llm-reconcile-action?provider=openai&export=csv&columns=RAW(day=day,model=model,"
                        + "requests=requests,inputTokens=input_tokens,outputTokens=output_tokens,cost=usd)")
                .to("file:{{folder}}/reports?fileName=drift.csv");
    }
}
