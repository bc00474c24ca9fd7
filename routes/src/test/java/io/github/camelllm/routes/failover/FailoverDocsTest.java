package io.github.camelllm.routes.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.util.List;
import org.apache.camel.Exchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailoverDocsTest {
    @ParameterizedTest
    @EnumSource(Dsl.class)
    void everyRouteOfThePageWorks(Dsl dsl) throws Exception {
        try (TemplateRun run = new TemplateRun(
                        Simulator.builder().responder(Responders.always(ScriptedAnswer.text("yes"))))
                .withTemplates("llm-retry-dead-letter")
                .withRoutes(dsl, "docs/failover.camel.yaml", new FailoverDocsRoutes())
                .start()) {
            run.mock("answers").expectedBodiesReceived("yes");
            for (String route : List.of("failover", "circuit-breaker", "first-good", "majority", "cheapest", "quota")) {
                Exchange done = run.ask("direct:" + route, "Is it?");

                assertThat(done.getException()).as(route).isNull();
                assertThat(done.getMessage().getBody()).as(route).isEqualTo("yes");
            }
            run.ask("direct:work", "Is it?");
            run.mock("answers").assertIsSatisfied();
            run.mock("dead").expectedBodiesReceived("And now?");
            run.simulator().failNext(Fault.parse("status=400"));
            run.ask("direct:work", "And now?");
            run.mock("dead").assertIsSatisfied();
        }
    }
}
