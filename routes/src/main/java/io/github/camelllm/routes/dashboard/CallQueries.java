package io.github.camelllm.routes.dashboard;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Reads calls and their attempts. Thread-safe. */
final class CallQueries {
    static final int PAGE = 50;
    static final int MOST_ATTEMPTS = 200;
    private static final int MOST_ENTRIES = 200;
    /** Of all calls on a page together. */
    private static final int MOST_SUMS = 5_000;

    private final TimedQueries queries;

    CallQueries(TimedQueries queries) {
        this.queries = queries;
    }

    /**
     * What all attempts of a call come to.
     *
     * @param costNanos by currency
     * @param unpriced may have been charged, but price or usage is unknown
     */
    record CallSum(long attempts, boolean succeeded, long unpriced, SortedMap<String, Long> costNanos) {
        CallSum plus(CallSum other) {
            SortedMap<String, Long> both = new TreeMap<>(costNanos);
            other.costNanos.forEach((currency, nanos) -> both.merge(currency, nanos, Math::addExact));
            return new CallSum(
                    attempts + other.attempts, succeeded || other.succeeded, unpriced + other.unpriced, both);
        }
    }

    /** A correction of an attempt's cost. */
    record Correction(UUID attemptId, Instant at, long nanos, String currency, String reason, String actor) {}

    /** Some calls in their order, and whether there are more behind them. */
    record Listed(List<AttemptView> attempts, boolean more) {}

    /**
     * The next calls of those that a filter lets through, the newest first. A call is shown by the last of its attempts that
     * the filter lets through, so each is there once.
     *
     * @param newer whether those before the place are wanted, and not those behind it
     * @param size how many at most
     */
    Listed page(CallFilter filter, Optional<CallCursor> place, boolean newer, int size) throws SQLException {
        List<Object> parameters = new ArrayList<>();
        StringBuilder sql = new StringBuilder("select " + AttemptView.COLUMNS + " from llm_attempt a where 1 = 1");
        sql.append(filter.conditions("a", parameters));
        place.ifPresent(cursor -> {
            String beyond = newer ? ">" : "<";
            sql.append(
                    " and a.started_at " + beyond + "= ? and (a.started_at " + beyond + " ? or a.id " + beyond + " ?)");
            parameters.addAll(List.of(cursor.startedAt(), cursor.startedAt(), cursor.attemptId()));
        });
        sql.append(" and not exists (select 1 from llm_attempt b where b.call_id = a.call_id"
                + " and (b.started_at > a.started_at or b.started_at = a.started_at and b.id > a.id)");
        sql.append(filter.conditions("b", parameters));
        String order = newer ? "asc" : "desc";
        sql.append(") order by a.started_at " + order + ", a.id " + order);
        List<AttemptView> found = queries.list(sql.toString(), size + 1, parameters, AttemptView::of);
        boolean more = found.size() > size;
        List<AttemptView> page = new ArrayList<>(more ? found.subList(0, size) : found);
        if (newer) {
            Collections.reverse(page);
        }
        return new Listed(page, more);
    }

    /** What calls come to, corrections left out. */
    Map<UUID, CallSum> sums(List<UUID> calls) throws SQLException {
        if (calls.isEmpty()) {
            return Map.of();
        }
        Map<UUID, CallSum> sums = new HashMap<>();
        queries.list(
                "select call_id, coalesce(currency, '') as c, count(*) as attempts,"
                        + " sum(case when outcome = 'SUCCEEDED' then 1 else 0 end) as succeeded,"
                        + " sum(case when billable and cost_nanos is null and cache_hit is null then 1 else 0 end)"
                        + " as unpriced, cast(sum(coalesce(cost_nanos, 0)) as bigint) as nanos from llm_attempt"
                        + " where call_id in (" + String.join(", ", Collections.nCopies(calls.size(), "?"))
                        + ") group by call_id, coalesce(currency, '')",
                MOST_SUMS,
                calls,
                row -> {
                    SortedMap<String, Long> cost = new TreeMap<>();
                    String currency = row.getString("c");
                    if (!currency.isEmpty()) {
                        cost.put(currency, row.getLong("nanos"));
                    }
                    CallSum sum = new CallSum(
                            row.getLong("attempts"), row.getLong("succeeded") > 0, row.getLong("unpriced"), cost);
                    return sums.merge(row.getObject("call_id", UUID.class), sum, CallSum::plus);
                });
        return sums;
    }

    /** The attempts of a call in their order, {@link #MOST_ATTEMPTS} at most. */
    List<AttemptView> attempts(UUID call) throws SQLException {
        return queries.list(
                "select " + AttemptView.COLUMNS + " from llm_attempt a where a.call_id = ? order by a.started_at, a.id",
                MOST_ATTEMPTS,
                List.of(call),
                AttemptView::of);
    }

    /** The call of an attempt. */
    Optional<UUID> callOf(UUID attempt) throws SQLException {
        return queries
                .list(
                        "select call_id from llm_attempt where id = ?",
                        1,
                        List.of(attempt),
                        row -> row.getObject("call_id", UUID.class))
                .stream()
                .findFirst();
    }

    /** What was corrected later of a call's attempts. */
    List<Correction> corrections(UUID call) throws SQLException {
        return queries.list(
                "select e.attempt_id, coalesce(e.posted_at, e.at) as entered, e.spent_nanos, e.currency,"
                        + " e.reason, e.actor from llm_attempt a join llm_adjusted d on d.attempt_id = a.id"
                        + " join llm_entry_row e on e.id = d.entry_id and e.kind = 'ADJUST'"
                        + " where a.call_id = ? order by entered, e.id",
                MOST_ENTRIES,
                List.of(call),
                row -> new Correction(
                        row.getObject("attempt_id", UUID.class),
                        row.getObject("entered", OffsetDateTime.class).toInstant(),
                        row.getLong("spent_nanos"),
                        row.getString("currency"),
                        TimedQueries.text(row, "reason").orElse(""),
                        TimedQueries.text(row, "actor").orElse("")));
    }
}
