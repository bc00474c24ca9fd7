package io.github.camelllm.routes.failover;

import org.apache.camel.builder.RouteBuilder;

/** What docs/failover.md shows in Java. */
final class FailoverDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:failover")
                .to("kamelet:llm-failover-action?model1=openai/gpt-5-mini"
                        + "&model2=anthropic/claude-haiku-4-5&model3=mistral/mistral-small-2603");

        from("direct:circuit-breaker")
                .to("kamelet:llm-circuit-breaker-action?model=openai/gpt-5-mini"
                        + "&fallback=anthropic/claude-haiku-4-5&waitDurationInOpenState=60");

        templatedRoute("llm-retry-dead-letter")
                .parameter("from", "direct:work")
                .parameter("model", "openai/gpt-5-mini")
                .parameter("to", "mock:answers")
                .parameter("deadLetter", "mock:dead");

        from("direct:first-good")
                .to("kamelet:llm-first-good-action?models=openai/gpt-5-mini,anthropic/claude-haiku-4-5"
                        + "&good=RAW(${body} !contains 'not sure')&totals=log:cost");

        from("direct:majority")
                .to("kamelet:llm-majority-vote-action?tie=fail"
                        + "&models=openai/gpt-5-mini,anthropic/claude-haiku-4-5,mistral/mistral-small-2603");

        from("direct:cheapest")
                .multicast(new CheapestAnswer())
                .parallelProcessing()
                .to("llm:openai/gpt-5-mini", "llm:openai/gpt-5-nano");

        from("direct:quota").to("kamelet:llm-wait-for-quota-action?model=openai/gpt-5-mini&concurrency=4&capacity=500");
    }
}
