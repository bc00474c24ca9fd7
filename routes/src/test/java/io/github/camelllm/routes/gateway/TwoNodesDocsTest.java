package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/run-two-nodes.md shows; {@code TwoNodesTest} runs its settings, and kills. */
class TwoNodesDocsTest {
    private static final Path RESOURCES = Path.of("src/test/resources/docs");
    private static final String CHAT =
            "{\"model\":\"openai/gpt-5-mini\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @TempDir
    private Path folder;

    private static List<String> blocks(String mark, String language) throws Exception {
        List<String> blocks = new ArrayList<>();
        Matcher found = Pattern.compile("<!-- " + mark + " -->\n```" + language + "\n(.*?\n)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/run-two-nodes.md")));
        while (found.find()) {
            blocks.add(found.group(1));
        }
        assertThat(blocks).isNotEmpty();
        return blocks;
    }

    /** Two gateways with one simulator behind them, and nginx in front. */
    private final class Nodes implements AutoCloseable {
        final Simulator simulator = Simulator.started();
        final TestGateway one;
        final TestGateway two;
        final Nginx nginx;

        Nodes() throws Exception {
            one = TestGateway.of(simulator).start();
            two = TestGateway.of(simulator).start();
            nginx = new Nginx(
                    folder,
                    blocks("gateway-nodes-nginx", "nginx")
                            .get(0)
                            .replace("llm-1:8080", "127.0.0.1:" + one.port())
                            .replace("llm-2:8080", "127.0.0.1:" + two.port()));
        }

        RawClient client() throws Exception {
            return new RawClient(nginx.port());
        }

        int ask() throws Exception {
            try (RawClient client = client()) {
                return client.post("/v1/chat/completions", CHAT.formatted(false))
                        .answer()
                        .status();
            }
        }

        @Override
        public void close() {
            nginx.close();
            one.close();
            two.close();
        }
    }

    @Test
    void settingsOfThePageAreThoseOfTheTest() throws Exception {
        List<String> pages = blocks("gateway-nodes-settings", "yaml");
        assertThat(pages)
                .containsExactly(
                        Files.readString(RESOURCES.resolve("two-nodes.yaml")),
                        Files.readString(RESOURCES.resolve("two-nodes-redis.yaml")));
        assertThat(blocks("gateway-nodes-nginx", "nginx"))
                .containsExactly(Files.readString(RESOURCES.resolve("two-nodes-nginx.conf")));
    }

    @Test
    void settingsForRedisWinOverThoseBeforeThem() throws Exception {
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"), String.join("---\n", blocks("gateway-nodes-settings", "yaml")));
        GatewayFile settings = new GatewayFile(Optional.of(file), Map.of());
        assertThat(settings.getProperty("camel.component.llm.budget-store")).isEqualTo("redis");
        assertThat(settings.getProperty("camel.component.llm.policy-store")).isEqualTo("jdbc");
    }

    @Test
    void nginxSendsEachPieceOfAStreamAtOnce() throws Exception {
        try (Nodes nodes = new Nodes();
                RawClient client = nodes.client()) {
            nodes.simulator.failNext(Fault.stallAfter(2));
            client.post("/v1/chat/completions", CHAT.formatted(true));
            assertThat(client.head()).startsWith("HTTP/1.1 200").contains("text/event-stream");
            // The provider has not said more than this
            assertThat(client.chunk()).startsWith("data: ");
            await().until(() -> nodes.simulator.releaseStalls() > 0);
        }
    }

    @Test
    void nginxTellsAGatewayWhenItsClientLeaves() throws Exception {
        try (Nodes nodes = new Nodes()) {
            nodes.simulator.failNext(Fault.stallAfter(2));
            try (RawClient client = nodes.client()) {
                client.post("/v1/chat/completions", CHAT.formatted(true));
                client.head();
                client.chunk();
            }
            await().until(() -> nodes.simulator.requests().stream()
                    .anyMatch(request -> request.outcome() == RecordedRequest.Outcome.CLIENT_LEFT));
        }
    }

    @Test
    void nginxAsksTheOtherGatewayWhenOneIsGone() throws Exception {
        try (Nodes nodes = new Nodes()) {
            for (int i = 0; i < 4; i++) {
                assertThat(nodes.ask()).isEqualTo(200);
            }
            nodes.one.context().stop();
            for (int i = 0; i < 10; i++) {
                assertThat(nodes.ask()).isEqualTo(200);
            }
        }
    }

    @Test
    void commandsOfThePageRun() throws Exception {
        try (Simulator simulator = Simulator.started();
                TestGateway node = TestGateway.of(simulator).start()) {
            for (String command : blocks("gateway-nodes-command", "sh")) {
                // Restarting services is the machine's business
                String script = "systemctl() { echo \"$@\" >> " + folder + "/done; }\nssh() { shift; \"$@\"; }\n"
                        + command.replaceAll("llm-[12]:8080|\\$node:8080", "127.0.0.1:" + node.port());
                Process bash = new ProcessBuilder("bash", "-euc", script)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output").toFile())
                        .start();
                assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(bash.exitValue())
                        .as(Files.readString(folder.resolve("output")))
                        .isZero();
            }
        }
        assertThat(Files.readAllLines(folder.resolve("done")))
                .containsExactly("restart llm-gateway", "restart llm-gateway");
    }

    @Test
    void startsWithTheClassThatThereIs() throws Exception {
        assertThat(blocks("gateway-nodes-start", "sh"))
                .containsExactly("java -cp 'lib/*' " + Gateway.class.getName() + " gateway.yaml\n");
    }
}
