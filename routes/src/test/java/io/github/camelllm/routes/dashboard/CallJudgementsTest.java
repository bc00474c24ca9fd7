package io.github.camelllm.routes.dashboard;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.quality.Judgement;
import io.github.camelllm.routes.quality.Scores;
import io.github.camelllm.routes.testing.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CallJudgementsTest {
    private static final UUID CALL = UUID.fromString("019aa0c2-0000-7000-8000-000000000001");
    private static final UUID FROM_CACHE = UUID.fromString("019aa0c2-0000-7000-8000-000000000002");

    @ParameterizedTest
    @EnumSource(Server.class)
    void theCallsPageSaysWhatWasSaidOfItAndCommentsToAdministratorsOnly(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            ledger.add(attempt("2026-11-25T11:59:00Z", "openai", "gpt-5-mini").id(CALL));
            ManualClock clock = new ManualClock();
            Scores scores = new Scores(ledger.database(), clock, Optional.empty());
            scores.add(Judgement.of(CALL, "refusal", "scorer", Judgement.BEST));
            clock.advance(Duration.ofSeconds(1));
            scores.add(new Judgement(
                    CALL,
                    "feedback",
                    "search",
                    7_500,
                    Optional.of("helpful"),
                    Optional.of("Too long"),
                    Optional.of("letters"),
                    Optional.empty()));
            TimedQueries queries = new TimedQueries(ledger.database(), Duration.ofSeconds(10));
            CallPage page = new CallPage(new CallQueries(queries), new CallJudgements(queries));
            DashboardRequest request =
                    new DashboardRequest("GET", "/call", Map.of("id", CALL.toString()), Map.of(), Map.of(), "");

            assertThat(judgements(page.view(request, Visitor.administrator("alice"))))
                    .isEqualTo("at,judgedBy,judge,score,label,task,counted,comment\r\n"
                            + "2026-11-25 12:00:01,feedback,search,0.75,helpful,letters,yes,Too long\r\n"
                            + "2026-11-25 12:00:00,refusal,scorer,1,,,yes,\r\n");
            assertThat(judgements(page.view(request, new Visitor("bob", false))))
                    .startsWith("at,judgedBy,judge,score,label,task,counted\r\n")
                    .doesNotContain("Too long");

            ledger.add(attempt("2026-11-25T11:59:30Z", "openai", "gpt-5-mini")
                    .id(FROM_CACHE)
                    .cacheHit("EXACT"));
            scores.add(Judgement.of(FROM_CACHE, "feedback", "search", 0));
            assertThat(judgements(page.view(
                            new DashboardRequest(
                                    "GET", "/call", Map.of("id", FROM_CACHE.toString()), Map.of(), Map.of(), ""),
                            Visitor.administrator("alice"))))
                    .contains(",feedback,search,0,,,no: from the cache,");
        }
    }

    private static String judgements(View view) {
        return view.table("judgements").orElseThrow().csv();
    }
}
