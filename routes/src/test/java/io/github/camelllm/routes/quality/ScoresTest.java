package io.github.camelllm.routes.quality;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Attempt;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.quality.Scores.Outcome;
import io.github.camelllm.routes.quality.Scores.Settled;
import io.github.camelllm.routes.testing.ManualClock;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScoresTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String SUMS =
            "select task, name, provider, model, currency, scores, yes_or_no, yes, score_sum,"
                    + " square_sum, cost_nanos, latency_micros from llm_score_sum where scores <> 0 order by task, model";

    private final ManualClock clock = new ManualClock();
    private TestLedger ledger;
    private Scores scores;

    private void on(Server server) {
        ledger = TestLedger.on(server);
        scores = new Scores(ledger.database(), clock, Optional.empty());
    }

    @AfterEach
    void close() {
        if (ledger != null) {
            ledger.close();
        }
    }

    /** An id as calls have it, made at a time. */
    private static UUID callAt(Instant at) {
        return new UUID(at.toEpochMilli() << 16 | 0x7000L, 0x8000_0000_0000_0001L);
    }

    private static Attempt call(UUID id, String task) {
        return attempt("2026-11-25T11:59:00Z", "openai", "gpt-5-mini")
                .id(id)
                .cost(250, "USD")
                .tag("task", task)
                .tag("key", "search");
    }

    private static Judgement judged(UUID call, int score) {
        return new Judgement(
                call,
                "feedback",
                "search",
                score,
                Optional.of("label"),
                Optional.of("Not what I asked for"),
                Optional.empty(),
                Optional.of(new Judgement.Owner("key", "search")));
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void countsAScoreWithTheModelTaskCostAndLatencyOfItsCall(Server server) throws Exception {
        on(server);
        UUID id = callAt(NOW.minusSeconds(60));
        ledger.add(call(id, "summaries"));

        assertThat(scores.add(judged(id, 7_500))).isEqualTo(Outcome.COUNTED);

        assertThat(ledger.query(SUMS))
                .containsExactly("summaries feedback openai gpt-5-mini USD 1 0 0 7500 56250000 250 2000000");
        assertThat(ledger.query("select name, judge, score, label, comment, counted from llm_score"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("feedback search 7500 label Not what I asked for ");
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void whatIsSaidOfAnAnswerFromTheCacheIsKeptAndCountsForNoModel(Server server) throws Exception {
        on(server);
        UUID asked = callAt(NOW.minusSeconds(60));
        ledger.add(call(asked, "summaries"));
        scores.add(judged(asked, 5_000));
        List<String> sums = ledger.query(SUMS);
        UUID known = callAt(NOW.minusSeconds(50));
        UUID later = callAt(NOW.minusSeconds(5));
        ledger.add(call(known, "summaries").cacheHit("EXACT").cost(0, "USD"));

        assertThat(scores.add(judged(known, 0))).isEqualTo(Outcome.KEPT);
        assertThat(scores.add(judged(known, Judgement.BEST))).isEqualTo(Outcome.KEPT);
        assertThat(scores.add(judged(later, Judgement.BEST))).isEqualTo(Outcome.WAITING);
        ledger.add(call(later, "summaries").cacheHit("SEMANTIC").cost(0, "USD"));
        assertThat(scores.settle()).isEqualTo(new Settled(1, 0, 0));
        assertThat(scores.settle()).isEqualTo(new Settled(0, 0, 0));

        assertThat(ledger.query(SUMS)).isEqualTo(sums);
        assertThat(ledger.query("select score, counted from llm_score order by score"))
                .hasSize(3)
                .allMatch(row -> row.startsWith("5000 ") || row.startsWith("10000 "));
    }

    @Test
    void keepsAnotherCallersHandsOffAnAnswerFromTheCacheToo() throws Exception {
        on(Server.H2);
        UUID id = callAt(NOW.minusSeconds(60));
        ledger.add(call(id, "summaries").cacheHit("EXACT").cost(0, "USD"));

        assertThat(scores.add(owned(id, new Judgement.Owner("key", "another")))).isEqualTo(Outcome.UNKNOWN_CALL);
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void aLaterJudgementTakesThePlaceOfTheEarlierOne(Server server) throws Exception {
        on(server);
        UUID id = callAt(NOW.minusSeconds(60));
        ledger.add(call(id, "summaries"));

        scores.add(judged(id, Judgement.BEST));
        scores.add(judged(id, 0));

        assertThat(ledger.query(SUMS))
                .containsExactly("summaries feedback openai gpt-5-mini USD 1 1 0 0 0 250 2000000");
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void aJudgementThatIsThereBeforeItsCallIsCountedOnceTheLedgerKnowsIt(Server server) throws Exception {
        on(server);
        UUID id = callAt(NOW.minusSeconds(5));
        assertThat(scores.add(judged(id, 5_000))).isEqualTo(Outcome.WAITING);
        assertThat(scores.settle()).isEqualTo(new Settled(0, 0, 0));
        assertThat(ledger.query(SUMS)).isEmpty();

        ledger.add(call(id, "summaries"));

        assertThat(scores.settle()).isEqualTo(new Settled(1, 0, 0));
        assertThat(scores.settle()).isEqualTo(new Settled(0, 0, 0));
        assertThat(ledger.query(SUMS))
                .containsExactly("summaries feedback openai gpt-5-mini USD 1 0 0 5000 25000000 250 2000000");
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void judgesOnlyTheirOwnCalls(Server server) throws Exception {
        on(server);
        UUID known = callAt(NOW.minusSeconds(60));
        UUID later = callAt(NOW.minusSeconds(5));
        ledger.add(call(known, "summaries"));
        Judgement.Owner other = new Judgement.Owner("key", "another");

        assertThat(scores.add(owned(known, other))).isEqualTo(Outcome.UNKNOWN_CALL);
        assertThat(scores.add(owned(later, other))).isEqualTo(Outcome.WAITING);
        ledger.add(call(later, "summaries"));
        assertThat(scores.settle()).isEqualTo(new Settled(0, 1, 0));

        assertThat(ledger.query("select * from llm_score")).isEmpty();
        assertThat(ledger.query(SUMS)).isEmpty();
    }

    private static Judgement owned(UUID call, Judgement.Owner owner) {
        Judgement judged = judged(call, 0);
        return new Judgement(
                call, "feedback", "another", 0, judged.label(), judged.comment(), judged.task(), Optional.of(owner));
    }

    @Test
    void knowsByItsIdWhetherACallMayStillCome() throws Exception {
        on(Server.H2);
        assertThat(scores.add(judged(callAt(NOW.minus(Duration.ofHours(2))), 0)))
                .isEqualTo(Outcome.UNKNOWN_CALL);
        assertThat(scores.add(judged(callAt(NOW.plus(Duration.ofHours(2))), 0))).isEqualTo(Outcome.UNKNOWN_CALL);
        assertThat(scores.add(judged(UUID.randomUUID(), 0))).isEqualTo(Outcome.UNKNOWN_CALL);
        assertThat(scores.add(judged(callAt(NOW.minusSeconds(1)), 0))).isEqualTo(Outcome.WAITING);

        clock.advance(Duration.ofHours(2));
        assertThat(scores.settle()).isEqualTo(new Settled(0, 0, 1));
        assertThat(ledger.query("select * from llm_score")).isEmpty();
    }

    @Test
    void keepsNoMoreThanSoManyThatWait() throws Exception {
        on(Server.H2);
        ledger.execute("insert into llm_score (id, call_id, name, judge, at, score, counted) select random_uuid(),"
                + " random_uuid(), 'feedback', 'search', timestamp with time zone '2026-11-25 11:59:00+00', 0, false"
                + " from system_range(1, " + Scores.MOST_WAITING + ")");

        assertThat(scores.add(judged(callAt(NOW), 0))).isEqualTo(Outcome.TOO_MANY_WAITING);
        // Those that wait stand before nobody else's
        Judgement other = Judgement.of(callAt(NOW), "refusal", "auto", 0);
        assertThat(scores.add(other)).isEqualTo(Outcome.WAITING);
        ledger.add(call(other.callId(), "letters"));
        assertThat(scores.settle().counted()).isEqualTo(1);
    }

    @Test
    void anAnswerCountsForTheModelThatGaveIt() throws Exception {
        on(Server.H2);
        UUID id = callAt(NOW.minusSeconds(90));
        ledger.add(call(id, "summaries"));
        Attempt failed =
                attempt("2026-11-25T11:59:30Z", "anthropic", "claude-haiku-4-5").tag("key", "search");
        ledger.add(failed);
        ledger.execute(
                "update llm_attempt set call_id = '" + id + "', outcome = 'FAILED' where id = '" + failed.id() + "'");

        scores.add(judged(id, 0));

        assertThat(ledger.query(SUMS)).hasSize(1).first().asString().contains("gpt-5-mini");
    }

    @Test
    void aCallThatOnlyFailedSoFarMayStillGoWell() throws Exception {
        on(Server.H2);
        UUID id = callAt(NOW.minusSeconds(40));
        ledger.add(call(id, "summaries"));
        ledger.execute("update llm_attempt set outcome = 'FAILED', started_at = timestamp with time zone"
                + " '2026-11-25 11:59:30+00'");

        assertThat(scores.add(judged(id, 0))).isEqualTo(Outcome.WAITING);
        clock.advance(Duration.ofMinutes(2));
        assertThat(scores.settle().counted()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void manyAtOnceAreEachCountedOnce(Server server) throws Exception {
        on(server);
        List<UUID> ids = IntStream.range(0, 8)
                .mapToObj(i ->
                        new UUID(callAt(NOW.minusSeconds(60)).getMostSignificantBits(), 0x8000_0000_0000_0000L | i))
                .toList();
        for (UUID id : ids) {
            ledger.add(call(id, "summaries"));
        }
        int threads = 4;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> tasks = IntStream.range(0, threads)
                    .<Callable<Void>>mapToObj(thread -> () -> {
                        together.await(20, TimeUnit.SECONDS);
                        for (UUID id : ids) {
                            scores.add(judged(id, Judgement.BEST));
                        }
                        return null;
                    })
                    .toList();
            for (Future<Void> each : pool.invokeAll(tasks)) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(ledger.query("select scores, yes, score_sum from llm_score_sum"))
                .containsExactly("8 8 80000");
    }

    @Test
    void refusesWhatDoesNotFit() {
        UUID id = callAt(NOW);
        assertThatThrownBy(() -> Judgement.of(id, "feedback", "search", 10_001))
                .hasMessageContaining("expected 0 to 1");
        assertThatThrownBy(() -> Judgement.of(id, " ", "search", 1))
                .hasMessage("name: expected a text, but it is blank");
        assertThatThrownBy(() -> new Judgement(
                        id,
                        "feedback",
                        "search",
                        1,
                        Optional.empty(),
                        Optional.of("x".repeat(2001)),
                        Optional.empty(),
                        Optional.empty()))
                .hasMessage("comment: expected at most 2000 characters, but it has 2001");
    }

    @Test
    void roundsScoresToFourPlaces() {
        assertThat(Judgement.tenThousandths(new BigDecimal("0.66665"))).isEqualTo(6667);
        assertThat(Judgement.tenThousandths(new BigDecimal("1.000"))).isEqualTo(10_000);
        assertThat(Judgement.tenThousandths(new BigDecimal("1e-999999999"))).isZero();
        assertThatThrownBy(() -> Judgement.tenThousandths(new BigDecimal("1e999999999")))
                .hasMessageContaining("expected a number from 0 to 1");
        assertThatThrownBy(() -> Judgement.tenThousandths(new BigDecimal("1.0001")))
                .hasMessageContaining("expected a number from 0 to 1");
    }

    @Test
    void whatUsersWroteIsInNoText() {
        assertThat(judged(callAt(NOW), 1).toString()).doesNotContain("asked").contains("feedback");
    }

    @Test
    void aTextWithTheCharacterZeroIsKept() throws SQLException {
        on(Server.POSTGRESQL);
        UUID id = callAt(NOW.minusSeconds(60));
        ledger.add(call(id, "summaries"));
        scores.add(new Judgement(
                id,
                "feedback",
                "search",
                1,
                Optional.empty(),
                Optional.of("a\0b"),
                Optional.of("letters"),
                Optional.empty()));
        assertThat(ledger.query("select comment, task from llm_score")).containsExactly("a\uFFFDb letters");
    }
}
