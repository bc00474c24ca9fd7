package io.github.camelllm.routes.ledger.report;

import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;

/**
 * Attempts made up by the database itself, evenly over some days, and their rollups: six models of three providers, two
 * operations, the tag {@code env} on all and {@code team} on nine of ten. Minutes are only kept of the last two days.
 */
public final class GeneratedLedger {
    private static final long STEP = 500_000;
    private static final String LE = "cast(least(90, greatest(0, ceil(ln(%s / 100.0) / ln(1.25)))) as smallint)";
    /** Name, value and condition, with bars between them. */
    private static final List<String> TAGS = List.of(
            "''|''|true", "'env'|substring(tags, 9, 4)|true", "'team'|substring(tags, 23, 7)|char_length(tags) > 20");

    private final LlmDatabase database;
    private final Instant from;
    private final int days;

    public GeneratedLedger(LlmDatabase database, Instant from, int days) {
        this.database = database;
        this.from = from;
        this.days = days;
    }

    public void fill(long attempts) throws SQLException {
        for (long first = 1; first <= attempts; first += STEP) {
            run(attempts(first, Math.min(attempts, first + STEP - 1), attempts));
        }
        for (String tag : TAGS) {
            String[] parts = tag.split("\\|");
            String columns = parts[0] + " as t, " + parts[1] + " as v";
            String minutes = parts[2] + " and started_at >= " + minutesFrom();
            run(rollup("hour", columns, parts[2]));
            run(rollup("minute", columns, minutes));
            for (String measure : List.of("latency", "first_chunk")) {
                run(durations("hour", columns, parts[2], measure));
                run(durations("minute", columns, minutes, measure));
            }
        }
        run("insert into llm_rollup select 'day', " + truncated("day", "bucket")
                + " as b, tag_name, tag_value, provider, model, operation, currency, sum(attempts), sum(failed),"
                + " sum(cancelled), sum(interrupted), sum(cache_hits), sum(unpriced), sum(input_tokens),"
                + " sum(output_tokens), sum(cache_read_input_tokens), sum(reasoning_output_tokens), sum(cost_nanos),"
                + " sum(adjusted_nanos), sum(saved_nanos) from llm_rollup where grain = 'hour'"
                + " group by b, tag_name, tag_value, provider, model, operation, currency");
        run("insert into llm_rollup_duration select 'day', " + truncated("day", "bucket")
                + " as b, tag_name, tag_value, provider, model, measure, le, sum(attempts) from llm_rollup_duration"
                + " where grain = 'hour' group by b, tag_name, tag_value, provider, model, measure, le");
        run(database.isPostgres() ? "analyze llm_rollup" : "analyze table llm_rollup");
        run(database.isPostgres() ? "analyze llm_rollup_duration" : "analyze table llm_rollup_duration");
    }

    private String attempts(long first, long last, long all) {
        String rows = database.isPostgres()
                ? "generate_series(cast(" + first + " as bigint), cast(" + last + " as bigint)) as g(x)"
                : "system_range(" + first + ", " + last + ") as g(x)";
        return "insert into llm_attempt (id, call_id, node, started_at, operation, provider, telemetry_name,"
                + " request_model, stream, waited_micros, latency_micros, first_chunk_micros, outcome, billable,"
                + " usage_source, input_tokens, output_tokens, cost_nanos, currency, price_book, tags) select "
                + "cast(lpad(cast(x as varchar), 32, '0') as uuid), cast(lpad(cast(x as varchar), 32, '0') as uuid),"
                + " 'bench', timestamp with time zone '"
                + from.toString().replace('T', ' ').replace("Z", "+00:00")
                + "' + (cast(x - 1 as bigint) * " + days * 86_400L + " / " + all + ") * interval '1' second,"
                + " case when mod(x, 10) = 0 then 'embeddings' else 'chat' end,"
                + " case mod(x, 3) when 0 then 'openai' when 1 then 'anthropic' else 'mistral' end,"
                + " case mod(x, 3) when 0 then 'openai' when 1 then 'anthropic' else 'mistral_ai' end,"
                + " 'model-' || mod(x, 6), true, 0,"
                + " cast(300000 * power(1.25, mod(x * 7919, 17)) as bigint),"
                + " case when mod(x, 10) = 0 then null else cast(50000 * power(1.25, mod(x * 104729, 13)) as bigint) end,"
                + " case when mod(x, 50) = 0 then 'FAILED' else 'SUCCEEDED' end, true,"
                + " case when mod(x, 50) = 0 then 'UNKNOWN' else 'REPORTED' end,"
                + " case when mod(x, 50) = 0 then null else 500 + mod(x, 700) end,"
                + " case when mod(x, 50) = 0 then null else 100 + mod(x, 300) end,"
                + " case when mod(x, 50) = 0 then null else 1000000 + mod(x * 7919, 1000003) end,"
                + " case when mod(x, 50) = 0 then null else 'USD' end, 'bench',"
                + " case when mod(x, 10) = 7 then '{\"env\":\"prod\"}' else '{\"env\":\"' || case when mod(x, 4) = 0 then"
                + " 'test' else 'prod' end || '\",\"team\":\"team-' || (10 + mod(x, 8)) || '\"}' end from " + rows;
    }

    private String rollup(String grain, String tag, String where) {
        return "insert into llm_rollup select '" + grain + "', " + truncated(grain, "started_at") + " as b, "
                + tag + ", provider, request_model, operation, coalesce(currency, '') as c, count(*),"
                + " sum(case when outcome = 'FAILED' then 1 else 0 end), 0, 0, 0,"
                + " sum(case when billable and cost_nanos is null then 1 else 0 end), sum(coalesce(input_tokens, 0)),"
                + " sum(coalesce(output_tokens, 0)), 0, 0, sum(coalesce(cost_nanos, 0)), 0, 0 from llm_attempt where "
                + where + " group by b, t, v, provider, request_model, operation, c";
    }

    private String durations(String grain, String tag, String where, String measure) {
        String micros = measure + "_micros";
        return "insert into llm_rollup_duration select '" + grain + "', " + truncated(grain, "started_at") + " as b, "
                + tag + ", provider, request_model, '" + measure + "', " + LE.formatted(micros)
                + " as le, count(*) from llm_attempt where " + where + " and " + micros
                + " is not null group by b, t, v, provider, request_model, le";
    }

    private String truncated(String grain, String column) {
        return database.isPostgres()
                ? "date_trunc('" + grain + "', " + column + ", 'UTC')"
                : "date_trunc(" + grain + ", " + column + ")";
    }

    private String minutesFrom() {
        return "timestamp with time zone '"
                + from.plusSeconds((days - 2) * 86_400L)
                        .toString()
                        .replace('T', ' ')
                        .replace("Z", "+00:00") + "'";
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            connection.commit();
        }
    }
}
