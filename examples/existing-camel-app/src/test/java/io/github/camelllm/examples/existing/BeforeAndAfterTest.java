package io.github.camelllm.examples.existing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeforeAndAfterTest {
    private static final Path RESOURCES = Path.of("src/main/resources/com/acme/orders");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private BeforeAndAfter demonstration() {
        return new BeforeAndAfter(Path.of("inbox"), folder, new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "java"})
    void storesTheSameOrdersBothTimesAndEnrichesThemOnce(String route) throws Exception {
        assertThat(demonstration().run("", route)).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("As it was:    44 orders stored, 4 rejected.")
                .contains(
                        "With the step: 44 orders stored, 4 rejected, 44 with urgency and topic from simulator/simulated-1.")
                .contains("\"topic\":\"delivery\",\"urgency\":\"normal\"");
    }

    @Test
    void storesTheOrdersWhenNoModelAnswers() throws Exception {
        try (Simulator busy = Simulator.builder()
                .responder(Responders.always(ScriptedAnswer.failing(Fault.status(503))))
                .build()
                .start()) {
            Map<String, String> orders = demonstration()
                    .orders(
                            "after",
                            Map.of(
                                    "camel.main.profile",
                                    "llm",
                                    "orders.model",
                                    "simulator/simulated-1",
                                    "llm.provider.simulator.baseUrl",
                                    busy.baseUrl(SimulatedDialect.OPENAI)));

            assertThat(orders).hasSize(44).allSatisfy((id, details) -> assertThat(details)
                    .contains("\"remark\"")
                    .doesNotContain("urgency"));
            assertThat(busy.requestCount()).isEqualTo(44);
        }
    }

    @Test
    void refusesWhatItCannotRun() {
        assertThatThrownBy(() -> demonstration().run("", "xml")).hasMessage("route: expected yaml or java, got xml");
        assertThatThrownBy(() -> demonstration().run("gpt", "yaml"))
                .hasMessage("llm: expected provider/model, got gpt");
    }

    @Test
    void addsNoMoreThanTheReadmeShows() throws Exception {
        List<String> before = Files.readAllLines(RESOURCES.resolve("orders.camel.yaml"));
        List<String> added = new ArrayList<>(Files.readAllLines(RESOURCES.resolve("../enriched/orders.camel.yaml")));
        int from = 0;
        while (from < before.size() && before.get(from).equals(added.get(from))) {
            from++;
        }
        int rest = before.size() - from;

        assertThat(added.subList(added.size() - rest, added.size())).isEqualTo(before.subList(from, before.size()));
        assertThat(Files.readString(Path.of("README.md")))
                .contains(String.join(
                        "\n",
                        added.subList(from, added.size() - rest).stream()
                                .map(line -> "+" + line)
                                .toList()))
                .contains(Files.readString(Path.of("src/main/resources/application-llm.properties")));
    }
}
