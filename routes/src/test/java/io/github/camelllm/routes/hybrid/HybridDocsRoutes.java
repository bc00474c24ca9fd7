package io.github.camelllm.routes.hybrid;

import org.apache.camel.builder.RouteBuilder;

/** What docs/hybrid.md shows in Java. */
final class HybridDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:draft")
                .to("kamelet:llm-draft-then-verify-action?model=openai/gpt-5-nano"
                        + "&verifier=RAW(seda:verify?size=1000&blockWhenFull=true&waitForTaskToComplete=Never)");
        from("seda:verify?size=1000")
                .to("kamelet:llm-verify-draft-sink?model=anthropic/claude-sonnet-4-5&corrections=mock:corrections");

        from("direct:cascade")
                .to("kamelet:llm-cascade-action?model=openai/gpt-5-nano&larger=openai/gpt-5-mini"
                        + "&check=direct:judge&accept=RAW(${header.CamelLlmScore} >= 70)");
        from("direct:judge").to("kamelet:llm-judge-action?model=anthropic/claude-haiku-4-5");

        from("direct:live")
                .to("kamelet:llm-shadow-action?model=openai/gpt-5-mini&percent=100"
                        + "&shadow=RAW(seda:shadow?size=1000&discardWhenFull=true&waitForTaskToComplete=Never)");
        from("seda:shadow?size=1000")
                .to("kamelet:llm-shadow-score-sink?model=mistral/mistral-small-2603&scores=mock:scores");

        from("direct:reviewed")
                .to("kamelet:llm-human-review-action?model=openai/gpt-5-mini&check=direct:judge"
                        + "&review=RAW(${header.CamelLlmScore} < 70)"
                        + "&reviews=RAW(file:{{folder}}/open?tempPrefix=.)");
        templatedRoute("llm-human-review-decisions")
                .parameter("from", "file:{{folder}}/decided")
                .parameter("to", "mock:answers")
                .parameter("rejected", "mock:rejected")
                .parameter("invalid", "file:{{folder}}/invalid");

        templatedRoute("llm-replay-dead-letters")
                .parameter("from", "file:{{folder}}/dead")
                .parameter("files", "true")
                .parameter("to", "direct:work")
                .parameter("parked", "file:{{folder}}/parked")
                .parameter("rate", "5");
        templatedRoute("llm-retry-dead-letter")
                .parameter("from", "direct:work")
                .parameter("model", "openai/gpt-5-mini")
                .parameter("to", "mock:done")
                .parameter(
                        "deadLetter", "kamelet:llm-dead-letter-file-sink?folder={{folder}}/dead&noErrorHandler=true");
    }
}
