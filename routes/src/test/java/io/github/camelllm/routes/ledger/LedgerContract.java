package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.CallLedger.Spent;
import io.github.camelllm.routes.store.LlmDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger does on every database. */
abstract class LedgerContract {
    @TempDir
    protected Path folder;

    /** The same database each time. */
    abstract LlmDatabase open();

    @Test
    void booksAnAttemptWithAllThatIsKnownOfIt() throws Exception {
        try (LedgerRun run = LedgerRun.start(open(), folder)) {
            Attempt attempt = Attempts.attempt();
            run.reserve(attempt);
            run.settle(Attempts.succeeded(attempt));
            run.flush();

            assertThat(run.rows("select * from llm_attempt")).singleElement().satisfies(row -> assertThat(row)
                    .containsEntry("id", attempt.id())
                    .containsEntry("call_id", attempt.callId())
                    .containsEntry("node", "node-1")
                    .containsEntry("operation", "chat")
                    .containsEntry("outcome", "SUCCEEDED")
                    .containsEntry("usage_source", "reported")
                    .containsEntry("input_tokens", 100L)
                    .containsEntry("output_tokens", 20L)
                    .containsEntry("cost_nanos", 4_000_000L)
                    .containsEntry("currency", "USD")
                    .containsEntry("price_book", "2026-09-23")
                    .containsEntry("finish_reason", "STOP")
                    .containsEntry("latency_micros", 1_200_000L)
                    .containsEntry("first_chunk_micros", 300_000L)
                    .containsEntry("status_code", 200)
                    .containsEntry("assumptions", "FAMILY_PRICE")
                    .containsEntry("dropped_options", "seed")
                    .containsEntry(
                            "tags",
                            "{\"exchangeId\":\"E-1\",\"routeId\":\"letters\",\"team\":\"billing\",\"user\":\"ada\"}"));
            assertThat(run.rows("select kind, available_nanos a, reserved_nanos r, spent_nanos s from llm_entry"
                            + " order by kind"))
                    .containsExactly(
                            Map.of("kind", "RESERVE", "a", -12_300_000L, "r", 12_300_000L, "s", 0L),
                            Map.of("kind", "SETTLE", "a", 8_300_000L, "r", -12_300_000L, "s", 4_000_000L));
            assertThat(run.ledger().spent())
                    .containsExactly(
                            new Spent(Attempts.HOLD.account(), Attempts.HOLD.period(), "USD", 4_000_000L));
            assertThat(run.rows("select tag_name, tag_value, attempts, cost_nanos from llm_rollup"
                            + " where grain = 'minute' order by tag_name"))
                    .containsExactly(
                            Map.of("tag_name", "", "tag_value", "", "attempts", 1L, "cost_nanos", 4_000_000L),
                            Map.of("tag_name", "routeId", "tag_value", "letters", "attempts", 1L, "cost_nanos", 4_000_000L),
                            Map.of("tag_name", "team", "tag_value", "billing", "attempts", 1L, "cost_nanos", 4_000_000L),
                            Map.of("tag_name", "user", "tag_value", "ada", "attempts", 1L, "cost_nanos", 4_000_000L));
            assertThat(run.alarms()).isEmpty();
            assertThat(run.ledger().state().booked()).isEqualTo(2);
            assertThat(List.of(run.ledger().state().lagBytes())).containsExactly(0L);
        }
    }
}
