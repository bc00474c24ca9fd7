package io.github.camelllm.examples.benchmark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.camelllm.examples.benchmark.Cores;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benchmark of the gateway with a few calls: whether it works, not how fast. */
class GatewayBenchmarkTest {
    private static final Duration MOMENT = Duration.ofMillis(50);
    private static final Scale TINY = new Scale(0, 2, 2, 3, MOMENT, 5, 1, 1, 1, MOMENT, MOMENT, MOMENT);

    private static final Set<OwnGateway.Books> H2 = Set.of(OwnGateway.Books.H2);

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void measuresTheGatewayBesideNginx() throws Exception {
        Optional<Path> nginx = Nginx.program(System.getenv().getOrDefault("PATH", ""));
        Assumptions.assumeTrue(nginx.isPresent() && Cores.canPin(), "nginx and two cores");

        Report report = new GatewayBenchmark(TINY, nginx.get(), H2, false, folder).run();

        for (String contender : List.of("nginx", "h2", "h2Translating")) {
            assertThat(report.results().get("whole." + contender + ".perSecond"))
                    .isPositive();
        }
        assertThat(report.results().get("whole.nginx.cpuToNginx")).isEqualTo(1);
        // There is one round
        double toNginx =
                report.results().get("whole.h2.cpuMicros") / report.results().get("whole.nginx.cpuMicros");
        assertThat(report.results().get("whole.h2.cpuToNginx")).isEqualTo(toNginx, within(1e-9));
        assertThat(report.goals()).hasSize(9);
        assertThat(report.results().get("slow.h2.perSecond")).isPositive();
        assertThat(report.results().get("streams.h2.megabytes")).isPositive();
        assertThat(report.ratios()).startsWith("RATIOS CPU / nginx = ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void findsEachCallOfTheSoakInTheLedger() throws Exception {
        Assumptions.assumeTrue(Cores.canPin(), "two cores");

        Soak.Found found = new GatewayBenchmark(TINY, Path.of("nginx"), H2, false, folder)
                .soak(new Soak(2, 0, MOMENT, MOMENT.multipliedBy(2), 2));

        assertThat(found.calls()).isPositive();
        assertThat(found.booked()).isEqualTo(new Ledgered(found.calls(), found.calls(), 0));
        assertThat(found.memory().looks()).hasSize(2);
        assertThat(found.heapMegabytes().most()).isPositive();
        assertThat(found.journalMegabytes().most()).isPositive();
        assertThat(found.goals()).hasSize(6);
        assertThat(found.toString()).startsWith("SOAK " + found.calls() + " calls, ");
    }

    @Test
    void takesTheMedianOfSlopesForTheTrend() {
        Trend flat =
                Trend.none().and(0, 100).and(10, 100).and(20, 190).and(30, 100).and(40, 100);
        Trend growing = Trend.none()
                .and(0, 100)
                .and(10, 110)
                .and(20, 120)
                .and(30, 20)
                .and(40, 140)
                .and(50, 150);

        assertThat(flat.growthPercent()).isZero();
        assertThat(flat.most()).isEqualTo(190);
        assertThat(growing.growthPercent()).isEqualTo(100 * 50 / 115.0, within(1e-9));
        assertThat(growing.secondHalf().growthPercent()).isPositive();
        assertThat(Trend.none().and(0, 100).growthPercent()).isZero();
    }

    @Test
    void namesTheClassesWhoseObjectsGrewMost() {
        LiveHeap before =
                LiveHeap.parse("   1:   10   1000  [B (java.base@17.0.15)\n   2:    1     50  a.B\nTotal 11 1050\n");
        LiveHeap after =
                LiveHeap.parse("   1:   10   1100  [B (java.base@17.0.15)\n   2:    5   2000  a.C\nTotal 15 3100\n");

        assertThat(after.grownMost(before, 5))
                .containsExactly("      +2,000 bytes to 2,000 of a.C", "        +100 bytes to 1,100 of [B");
    }

    @Test
    void countsWhatTheLedgerLacksAndHasTwice() {
        assertThat(new Ledgered(10, 10, 0).differences(10)).isZero();
        assertThat(new Ledgered(8, 8, 0).differences(10)).isEqualTo(2);
        assertThat(new Ledgered(11, 9, 0).differences(10)).isEqualTo(3);
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
    void makesJarsOfFoldersOnTheClassPath() throws Exception {
        String jars = ClassPath.ofJars(folder);

        assertThat(jars.split(File.pathSeparator))
                .allSatisfy(jar -> assertThat(Path.of(jar)).isRegularFile());
        try (URLClassLoader classes = new URLClassLoader(
                Stream.of(jars.split(File.pathSeparator))
                        .map(jar -> url(Path.of(jar)))
                        .toArray(URL[]::new),
                null)) {
            assertThat(classes.loadClass(Load.class.getName())).isNotNull();
            assertThat(classes.getResource(Load.class.getPackageName().replace('.', '/')))
                    .isNotNull();
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
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
