package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Main main = new Main(
            new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));

    @Test
    void announcesItsBaseUrlsAndServes(@TempDir Path folder) throws Exception {
        Path script = Files.writeString(folder.resolve("s.yaml"), "answers: [{text: scripted}]\nport: 1\n");
        AtomicReference<String> answer = new AtomicReference<>("");
        int code = main.run(List.of("--port", "0", "--script", script.toString(), "--latency", "1ms"), simulator -> {
            String shown = out.toString(StandardCharsets.UTF_8);
            assertThat(shown)
                    .contains("openai     http://localhost:" + simulator.port() + "/v1")
                    .contains("anthropic  http://localhost:" + simulator.port() + "/v1")
                    .contains("gemini     http://localhost:" + simulator.port() + "/v1beta")
                    .contains("curl http://localhost:" + simulator.port() + "/v1/chat/completions");
            answer.set(ask(simulator));
        });
        assertThat(code).isEqualTo(Main.OK);
        assertThat(answer.get()).contains("\"scripted\"");
    }

    @Test
    void failsAsTold() throws Exception {
        AtomicReference<String> answer = new AtomicReference<>("");
        main.run(List.of("--port", "0", "--fault", "status=503"), simulator -> answer.set(ask(simulator)));
        assertThat(answer.get()).contains("\"server_error\"");
    }

    @Test
    void showsItsHelp() throws Exception {
        assertThat(main.run(List.of("--help"), simulator -> {})).isEqualTo(Main.OK);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--script FILE", "--latency TIME");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prot 1 | there is no option '--prot'",
                "--port | --port: expected a value after it",
                "--port 99999 | --port: expected a number from 0 to 65535, got '99999'",
                "--latency fast | --latency: latency: expected a duration",
                "--fault explode | expected a fault that begins with",
                "--fault-rate 0.5 | --fault-rate: expected together with --fault",
                "--fault reset --fault-rate 7 | --fault-rate: expected a number from 0 to 1, got '7'",
                "--script /nowhere.yaml | /nowhere.yaml: expected a script, there is no such file"
            })
    void refusesWrongOptionsWithOneClearError(String args, String message) throws Exception {
        assertThat(main.run(List.of(args.split(" ")), simulator -> {})).isEqualTo(Main.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("error: ").contains(message);
        assertThat(out.size()).isZero();
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (Simulator simulator = Simulator.started()) {
            int code = main.run(List.of("--port", String.valueOf(simulator.port())), other -> {});
            assertThat(code).isEqualTo(Main.FAILED);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .contains("could not listen on 127.0.0.1:" + simulator.port());
        }
    }

    private static String ask(Simulator simulator) throws InterruptedException {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(
                                            simulator.baseUrl(SimulatedDialect.OPENAI) + "/chat/completions"))
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
