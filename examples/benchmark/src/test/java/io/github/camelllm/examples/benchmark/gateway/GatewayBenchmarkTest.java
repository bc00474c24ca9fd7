package io.github.camelllm.examples.benchmark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.examples.benchmark.Cores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benchmark of the gateway with a few calls: whether it works, not how fast. */
class GatewayBenchmarkTest {
    private static final Duration MOMENT = Duration.ofMillis(50);
    private static final Scale TINY = new Scale(1, 2, 2, 5, 1, 1, 1, MOMENT, MOMENT, MOMENT);

    private static final Set<OwnGateway.Books> H2 = Set.of(OwnGateway.Books.H2);

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void measuresTheGatewayBesideNginx() throws Exception {
        Optional<Path> nginx = Nginx.program(System.getenv().getOrDefault("PATH", ""));
        Assumptions.assumeTrue(nginx.isPresent() && Cores.canPin(), "nginx and two cores");

        Report report = new GatewayBenchmark(TINY, nginx.get(), H2, false, folder).run();

        assertThat(report.goals()).allSatisfy(goal -> assertThat(goal.reached()).isFinite());
        assertThat(report.results().get("whole.h2.cpuMicros")).isPositive();
        assertThat(report.results().get("whole.translating.cpuMicros")).isPositive();
        assertThat(report.results().get("streams.h2.megabytes")).isPositive();
        assertThat(report.ratios()).startsWith("RATIOS CPU / nginx = ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void watchesMemory() throws Exception {
        Optional<Path> nginx = Nginx.program(System.getenv().getOrDefault("PATH", ""));
        Assumptions.assumeTrue(nginx.isPresent() && Cores.canPin(), "nginx and two cores");
        try (CannedUpstream upstream = new CannedUpstream();
                Load load = new Load()) {
            Contender proxy = Nginx.start(nginx.get(), upstream.port(), folder);
            try (ServerProcess server = proxy.server()) {
                Soak.Growth growth = new Soak(2, 2, MOMENT, MOMENT.multipliedBy(2), 2).watch(proxy, load);

                assertThat(server.residentMegabytes()).isPositive();
                assertThat(growth.lastMegabytes()).isPositive();
                assertThat(growth.toString()).startsWith("SOAK memory after the warm-up ");
            }
        }
    }

    @Test
    void saysInOneLineWhatIsMissing() {
        Optional<Path> nginx = Optional.of(Path.of("/usr/sbin/nginx"));

        assertThat(GatewayBenchmark.missing(nginx, true, true)).isEmpty();
        assertThat(GatewayBenchmark.missing(Optional.empty(), true, true).orElseThrow())
                .contains("install it");
        assertThat(GatewayBenchmark.missing(nginx, true, false).orElseThrow()).contains("taskset");
        assertThat(GatewayBenchmark.missing(nginx, false, true).orElseThrow()).contains("Linux");
    }

    @Test
    void findsNginxOnThePath() throws Exception {
        Path program = Files.createFile(folder.resolve("nginx"));
        assertThat(program.toFile().setExecutable(true)).isTrue();

        assertThat(Nginx.program(":/nowhere:" + folder)).contains(program);
    }

    @Test
    void endsWithTheAnswerThatWasNotExpected() throws Exception {
        try (CannedUpstream upstream = new CannedUpstream();
                Load load = new Load()) {
            Call wrong = Call.post(upstream.port(), "/elsewhere", Map.of(), "{}", Way.JSON);

            assertThatThrownBy(() -> load.once(wrong))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasStackTraceContaining("unexpected answer: HTTP/1.1 404 Not Found");
        }
    }

    @Test
    void countsWhatTheUpstreamAnswers() throws Exception {
        try (CannedUpstream upstream = new CannedUpstream();
                Load load = new Load()) {
            for (Way way : new Way[] {Way.JSON, Way.LATE, Way.STREAM}) {
                Call call = Call.post(
                        upstream.port(), way.basePath() + "/chat/completions", Map.of(), way.openAiRequest("m"), way);
                Load.Running running = load.start(call, 2);

                assertThat(running.during(MOMENT).answers()).isPositive();
                running.stop();
            }
        }
    }

    @Test
    void saysWhetherAGoalIsMet() {
        assertThat(Goal.atMost("latency", 0.4, "ms", 0.4).isMet()).isTrue();
        assertThat(Goal.atMost("latency", 0.4, "ms", 0.41).toString()).endsWith("MISSED");
        assertThat(Goal.atLeast("answers", 20, "x", 19).isMet()).isFalse();
        assertThat(Goal.atLeast("answers", 20, "x", 21).toString()).endsWith("met");
    }
}
