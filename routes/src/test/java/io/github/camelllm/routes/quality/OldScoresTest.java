package io.github.camelllm.routes.quality;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.quality.Scores.Outcome;
import io.github.camelllm.routes.testing.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OldScoresTest {
    private static final Duration MAX_AGE = Duration.ofDays(30);
    private static final String SUMS = "select scores, score_sum from llm_score_sum";

    private final ManualClock clock = new ManualClock();

    private static Judgement judged(UUID call, String judge) {
        return Judgement.of(call, "feedback", judge, 5_000);
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void whatIsTooOldGoesAndTheSumsStay(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            Scores scores = new Scores(ledger.database(), clock, Optional.of(MAX_AGE));
            UUID call = UUID.randomUUID();
            ledger.add(attempt("2026-11-25T11:59:00Z", "openai", "gpt-5-mini").id(call));
            for (int i = 0; i < 5; i++) {
                assertThat(scores.add(judged(call, "judge-" + i))).isEqualTo(Outcome.COUNTED);
            }
            clock.advance(Duration.ofDays(29));
            scores.add(judged(call, "late"));
            OldScores old = new OldScores(ledger.database(), 2);

            assertThat(old.delete(clock.instant().minus(MAX_AGE))).isZero();
            clock.advance(Duration.ofDays(2));
            assertThat(old.delete(clock.instant().minus(MAX_AGE))).isEqualTo(5);

            assertThat(ledger.query("select judge from llm_score")).containsExactly("late");
            assertThat(ledger.query(SUMS)).containsExactly("6 30000");
        }
    }

    @Test
    void aCallWhoseJudgementsMayBeDeletedIsNotCountedTwice() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            Scores scores = new Scores(ledger.database(), clock, Optional.of(MAX_AGE));
            UUID call = UUID.randomUUID();
            ledger.add(attempt("2026-11-25T11:59:00Z", "openai", "gpt-5-mini").id(call));
            scores.add(judged(call, "a"));
            clock.advance(MAX_AGE.plusMinutes(5));
            new OldScores(ledger.database(), 1_000).delete(clock.instant().minus(MAX_AGE));

            assertThat(scores.add(judged(call, "a"))).isEqualTo(Outcome.UNKNOWN_CALL);
            assertThat(ledger.query(SUMS)).containsExactly("1 5000");
        }
    }

    @Test
    void theNextStatementOfTheConnectionMayTakeItsTime() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            new OldScores(ledger.database(), 1_000).delete(clock.instant());

            assertThat(ledger.queryTimeout()).isZero();
        }
    }

    @Test
    void theAgeIsADayAtLeast() {
        assertThat(QualitySettings.of(Map.of()).maxAge()).isEmpty();
        assertThat(QualitySettings.of(Map.of("maxAge", "90d")).maxAge()).contains(Duration.ofDays(90));
        for (String wrong : new String[] {"23h", "long", "4000d"}) {
            assertThatThrownBy(() -> QualitySettings.of(Map.of("maxAge", wrong)))
                    .hasMessage(
                            "property llm.quality.maxAge: expected a duration from 1d to 3650d, got '" + wrong + "'");
        }
    }
}
