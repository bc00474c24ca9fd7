package io.github.camelllm.routes.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HybridDocsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void everyRouteOfThePageWorks(Dsl dsl) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("folder", folder.toString());
        Simulator.Builder simulator = Simulator.builder()
                .responder(Responders.rules()
                        .model("claude-sonnet-*", ScriptedAnswer.text("no"))
                        .model("claude-haiku-*", ScriptedAnswer.text("{\"score\": 60}"))
                        .model("*", ScriptedAnswer.text("yes"))
                        .build());
        try (TemplateRun run = new TemplateRun(simulator, properties)
                .withTemplates("llm-retry-dead-letter", "llm-replay-dead-letters", "llm-human-review-decisions")
                .withRoutes(dsl, "docs/hybrid.camel.yaml", new HybridDocsRoutes())
                .start()) {
            run.mock("corrections").expectedBodiesReceived("no");
            run.mock("scores").expectedMessageCount(1);
            run.mock("done").expectedBodiesReceived("yes");
            for (String route : List.of("draft", "cascade", "live", "reviewed")) {
                Exchange done = run.ask("direct:" + route, "Is it?");

                assertThat(done.getException()).as(route).isNull();
                assertThat(done.getMessage().getBody()).as(route).isEqualTo(route.equals("reviewed") ? "" : "yes");
            }
            assertThat(folder.resolve("open")).isDirectoryContaining("glob:**.json");
            run.mock("corrections").assertIsSatisfied(20_000);
            run.mock("scores").assertIsSatisfied(20_000);
            // A dead letter, and its way back
            run.simulator().failNext(Fault.parse("status=400"));
            run.ask("direct:work", "Is it?");
            run.mock("done").assertIsSatisfied(20_000);
        }
    }
}
