package io.github.camelllm.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs every scenario with a few calls: whether it works, not how fast. */
class BenchmarkTest {
    private static final Settings TINY =
            new Settings(2, 1, 20, 250, 1, Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(100));

    private static Upstream upstream;

    @BeforeAll
    static void startUpstream() throws Exception {
        upstream = Upstream.start();
    }

    @AfterAll
    static void stopUpstream() throws Exception {
        upstream.close();
    }

    @Test
    void measuresBufferedCallsOfAllContenders() throws Exception {
        Results results = Scenario.CALLS.run(upstream.ports(), TINY, false);

        for (String contender : List.of(
                BufferedCalls.RAW,
                BufferedCalls.RAW_THREADS,
                BufferedCalls.LLM,
                BufferedCalls.LLM_THREADS,
                BufferedCalls.NOTHING)) {
            assertThat(results.get("call." + contender + ".cpuMicros")).isPositive();
            assertThat(results.get("call." + contender + ".bytes")).isPositive();
        }
        assertThat(Ratios.line(results))
                .startsWith("RATIOS llm: / HttpClient 5 = ")
                .endsWith(" KB a call");
    }

    @Test
    void measuresWhatBudgetsLimitsAndLedgerAdd() throws Exception {
        Results results = Scenario.GUARDS.run(upstream.ports(), TINY, false);

        for (Guard guard : Guard.values()) {
            assertThat(results.get("guards." + guard.key() + ".cpuMicros")).isPositive();
            assertThat(results.get("guards." + guard.key() + ".bytes")).isPositive();
        }
        assertThat(Ratios.line(results)).startsWith("RATIOS ledger, budget and limit: ");
    }

    @Test
    void measuresPiecesOfFastStreams() throws Exception {
        Results results = Scenario.FAST_STREAMS.run(upstream.ports(), TINY, false);

        for (String contender : List.of("raw", "iterator", "publisher", "iterator-short", "publisher-short")) {
            assertThat(results.get("stream." + contender + ".cpuMicros")).isPositive();
            assertThat(results.get("stream." + contender + ".bytes")).isPositive();
        }
        assertThat(Ratios.line(results)).startsWith("RATIOS µs per piece: ");
    }

    @Test
    void measuresDelaysOfSlowStreams() throws Exception {
        Results results = Scenario.SLOW_STREAMS.run(upstream.ports(), TINY, false);

        for (String reader : List.of("timer", "raw", "llm")) {
            assertThat(results.get("slow." + reader + ".p100.0"))
                    .isGreaterThanOrEqualTo(results.get("slow." + reader + ".p50.0"));
        }
        assertThat(results.get("slow.llm.p100.0")).isPositive();
        assertThat(results.get("slow.threads")).isPositive();
    }

    @Test
    void opensAsManyHttp2ConnectionsAsTheServersLimitOfStreamsMakesNecessary() throws Exception {
        Results results = Scenario.HTTP_2.run(upstream.ports(), TINY, false);

        assertThat(results.get("http2.connections")).isEqualTo(3);
        assertThat(Ratios.line(results)).isEqualTo("RATIOS HTTP/2 connections 3");
    }

    @Test
    void endsWithTheFailureOfACall() {
        Contender broken = Contender.chained(
                "broken", "broken", 1, () -> CompletableFuture.failedFuture(new IllegalArgumentException("no")));

        assertThatThrownBy(() -> new Rounds(TINY).run(List.of(broken), 2, false))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("no");
    }

    @Test
    void takesTheMedianOfTheRounds() {
        assertThat(Rounds.median(new double[] {9, 1, 2})).isEqualTo(2);
        assertThat(Rounds.median(new double[] {9, 1, 2, 4})).isEqualTo(3);
    }

    @Test
    void readsResultsAsTheyWerePrinted() {
        Results results = new Results();

        assertThat(results.accept("result call.llm.cpuMicros 26.5")).isTrue();
        assertThat(results.accept("buffered call")).isFalse();

        assertThat(results.get("call.llm.cpuMicros")).isEqualTo(26.5);
    }
}
