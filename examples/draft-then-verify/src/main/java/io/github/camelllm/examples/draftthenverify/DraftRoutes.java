package io.github.camelllm.examples.draftthenverify;

import org.apache.camel.builder.RouteBuilder;

/** The routes of {@code camel/draft-then-verify.camel.yaml} in Java. */
final class DraftRoutes extends RouteBuilder {
    @Override
    public void configure() {
        // The customer's answer comes from the small model, at once
        from("direct:question")
                .routeId("question")
                .to("kamelet:llm-draft-then-verify-action?model={{small}}"
                        + "&verifier=RAW(seda:verify?size=1000&blockWhenFull=true&waitForTaskToComplete=Never)");

        // Four answers at a time are checked by the large one
        from("seda:verify?size=1000&concurrentConsumers=4")
                .routeId("verify")
                .to("kamelet:llm-verify-draft-sink?model={{large}}"
                        + "&corrections=direct:correction&unverified=direct:unverified");

        from("direct:correction").routeId("correction").bean("corrections", "corrected");
        from("direct:unverified").routeId("unverified").bean("corrections", "unverified");
    }
}
