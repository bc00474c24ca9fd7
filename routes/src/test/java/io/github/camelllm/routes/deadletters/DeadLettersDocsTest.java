package io.github.camelllm.routes.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.deadletters.DeadLetter.State;
import io.github.camelllm.routes.failover.RetryDeadLetterTemplate;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/dead-letters.md shows. */
class DeadLettersDocsTest {
    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aMessageThatFailedGoesBackToItsRoute(Dsl dsl) throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            Properties properties = new Properties();
            properties.putAll(ledger.contextProperties());
            properties.setProperty("llm.deadLetters.secret", "a-secret-of-dead-letters");
            Simulator.Builder simulator =
                    Simulator.builder().responder(Responders.always(ScriptedAnswer.text("A letter.")));
            try (TemplateRun run = new TemplateRun(simulator, properties)) {
                dsl.load(run.context(), "llm-retry-dead-letter", new RetryDeadLetterTemplate());
                dsl.load(run.context(), "llm-dead-letter-table", new DeadLetterTableTemplate());
                run.withRoutes(dsl, "docs/dead-letters.camel.yaml", new DeadLettersDocsRoutes())
                        .start();
                run.simulator().failNext(2, Fault.status(503));
                run.send("direct:letters", "Dear model", Map.of("CamelLlmTag.team", "search", "customer", "4711"));
                DeadLetters letters = DeadLetters.find(run.context()).orElseThrow();
                DeadLetter kept = letters.list(DeadLetterFilter.ALL, 10).get(0);
                assertThat(kept.source()).isEqualTo("letters");
                assertThat(kept.model()).isEqualTo("openai/gpt-5-mini");
                assertThat(kept.reason()).startsWith("openai/gpt-5-mini");
                assertThat(kept.tags()).containsEntry("team", "search");

                // Fails again, which is a dead letter of its own
                assertThat(letters.replay(kept.id(), "alice")).isTrue();
                await().until(() -> letters.list(DeadLetterFilter.ALL, 10).size() == 2);
                DeadLetter second = letters.list(DeadLetterFilter.ALL, 10).stream()
                        .filter(letter -> !letter.id().equals(kept.id()))
                        .findFirst()
                        .orElseThrow();
                assertThat(second.replayOf()).contains(kept.id());

                MockEndpoint answers = run.mock("answers");
                answers.expectedBodiesReceived("A letter.");
                answers.expectedHeaderReceived("customer", "4711");
                answers.expectedHeaderReceived("LlmReplays", 2);
                assertThat(letters.replay(second.id(), "alice")).isTrue();
                answers.assertIsSatisfied(20_000);
                await().until(() -> letters.list(DeadLetterFilter.ALL, 10).stream()
                        .allMatch(letter -> letter.state() == State.REPLAYED));
                assertThat(run.asked(2)).contains("Dear model");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aRouteOfOnesOwnKeepsWhatFailsByTheKamelet(Dsl dsl) throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            Properties properties = new Properties();
            properties.putAll(ledger.contextProperties());
            properties.setProperty("llm.deadLetters.secret", "a-secret-of-dead-letters");
            Simulator.Builder simulator =
                    Simulator.builder().responder(Responders.always(ScriptedAnswer.text("A complaint.")));
            try (TemplateRun run = new TemplateRun(simulator, properties)) {
                dsl.load(run.context(), "llm-retry-dead-letter", new RetryDeadLetterTemplate());
                dsl.load(run.context(), "llm-dead-letter-table", new DeadLetterTableTemplate());
                run.withRoutes(dsl, "docs/dead-letters.camel.yaml", new DeadLettersDocsRoutes())
                        .start();
                run.simulator().failNext(1, Fault.status(400));
                run.send("direct:mails", "Where is my parcel?", Map.of("CamelLlmTag.team", "care"));
                DeadLetters letters = DeadLetters.find(run.context()).orElseThrow();
                DeadLetter kept = letters.list(DeadLetterFilter.ALL, 10).get(0);
                assertThat(kept.source()).isEqualTo("mails");
                assertThat(kept.model()).isEqualTo("openai/gpt-5-mini");
                assertThat(kept.callId()).isPresent();
                assertThat(kept.tags()).containsEntry("team", "care");

                MockEndpoint sorted = run.mock("sorted");
                sorted.expectedBodiesReceived("A complaint.");
                assertThat(letters.replay(kept.id(), "alice")).isTrue();
                sorted.assertIsSatisfied(20_000);
                assertThat(run.asked(1)).contains("Where is my parcel?");

                // Without replayTo it can only be looked at and discarded
                run.send("kamelet:llm-dead-letter-table-sink?name=others", "Hello", Map.of());
                DeadLetter other = letters.list(
                                new DeadLetterFilter(
                                        Optional.empty(),
                                        Optional.of("others"),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()),
                                10)
                        .get(0);
                assertThat(letters.replay(other.id(), "alice")).isFalse();
                assertThat(letters.discard(other.id(), "alice")).isTrue();
            }
        }
    }

    @Test
    void tableOfThePageHasEverySetting() throws Exception {
        String page = Files.readString(Path.of("../docs/dead-letters.md"));
        Set<String> missing = new HashSet<>(DeadLetterSettings.names());
        missing.removeIf(name -> page.contains("| `" + name + "` |"));
        assertThat(missing).isEmpty();
        assertThat(List.copyOf(DeadLetterSettings.names())).hasSizeGreaterThan(5);
    }
}
