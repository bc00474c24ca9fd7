package io.github.camelllm.routes.quality;

import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.quality.WeightsChange.Kind;
import io.github.camelllm.routes.quality.WeightsChange.Reason;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scores and weights as a company might have them, always alike, for screenshots and for tests of pages. */
public final class DemoScores {
    private DemoScores() {}

    /** Scores of some calls of a day, all the same, each a tenth of a cent's worth and a second long. */
    public static void add(
            TestLedger ledger, LocalDate day, String task, String name, String model, int scores, int yes)
            throws SQLException {
        int slash = model.indexOf('/');
        ledger.execute(
                "insert into llm_score_sum (bucket, task, name, provider, model, currency, scores, yes_or_no, yes,"
                        + " score_sum, square_sum, cost_nanos, latency_micros) values (timestamp with time zone '" + day
                        + " 00:00:00+00', '" + task + "', '" + name + "', '" + model.substring(0, slash) + "', '"
                        + model.substring(slash + 1).replace("'", "''") + "', 'USD', " + scores + ", " + scores + ", "
                        + yes
                        + ", " + yes * 10_000L + ", " + yes * 100_000_000L + ", " + scores * 1_000_000L + ", "
                        + scores * 1_000_000L + ")");
    }

    /** Of yesterday, and a change of the router {@code everyday}. */
    public static void fill(TestLedger ledger, Instant now) throws SQLException {
        LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(1);
        add(ledger, day, "summaries", "feedback", "openai/gpt-5-mini", 180, 158);
        add(ledger, day, "summaries", "feedback", "openai/gpt-5-nano", 140, 91);
        add(ledger, day, "summaries", "feedback", "anthropic/claude-haiku-4-5", 160, 147);
        add(ledger, day, "summaries", "refusal", "openai/gpt-5-mini", 900, 893);
        add(ledger, day, "summaries", "refusal", "anthropic/claude-haiku-4-5", 870, 868);
        add(ledger, day, "letters", "feedback", "openai/gpt-5-mini", 60, 41);
        add(ledger, day, "letters", "feedback", "anthropic/claude-sonnet-4-5", 64, 61);
        costs(ledger, "gpt-5-nano", 110_000, 1_190);
        costs(ledger, "gpt-5-mini", 640_000, 2_730);
        costs(ledger, "claude-haiku-4-5", 1_900_000, 1_560);
        costs(ledger, "claude-sonnet-4-5", 5_800_000, 4_900);
        new WeightsTable(ledger.database())
                .add(new WeightsChange(
                        "everyday",
                        1,
                        now.minusSeconds(3600),
                        "schedule",
                        Kind.REBALANCE,
                        Map.of("openai/gpt-5-mini", 58.2, "anthropic/claude-haiku-4-5", 41.8),
                        "By value, which is quality^1 ÷ (cost^1 × latency^1), after 10 % were shared evenly",
                        List.of(
                                reason("openai/gpt-5-mini", "60", "58.2", "180 scores with the mean 0.878"),
                                reason("anthropic/claude-haiku-4-5", "40", "41.8", "160 scores with the mean 0.919"))));
    }

    private static void costs(TestLedger ledger, String model, long nanos, long millis) throws SQLException {
        ledger.execute("update llm_score_sum set cost_nanos = scores * " + nanos + ", latency_micros = scores * "
                + millis * 1000 + " where model = '" + model + "'");
    }

    private static Reason reason(String target, String before, String after, String why) {
        return new Reason(target, Optional.of(new BigDecimal(before)), Optional.of(new BigDecimal(after)), why);
    }
}
