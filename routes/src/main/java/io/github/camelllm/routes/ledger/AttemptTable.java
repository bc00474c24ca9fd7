package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Writes rows of {@code llm_attempt}. */
final class AttemptTable {
    static final int CURRENCY_CHARS = 3;
    static final int NAME_CHARS = 64;
    static final int MODEL_CHARS = 256;

    private static final int OPERATION_CHARS = 32;
    private static final int TYPE_CHARS = 128;
    private static final int ID_CHARS = 256;
    private static final int LIST_CHARS = 512;
    private static final int BOOK_CHARS = 128;
    private static final int ENUM_CHARS = 32;

    private static final String TABLE = "llm_attempt";
    private static final List<String> COLUMNS = columns();
    private static final String INSERT = "insert into " + TABLE + " (" + String.join(", ", COLUMNS) + ") values ("
            + String.join(", ", Collections.nCopies(COLUMNS.size(), "?")) + ")";

    /** Rows that H2 is given at a time: half a millisecond's work. */
    private static final int PIECE = 64;

    /**
     * H2 works on this thread where it is embedded. It rests between pieces, since a call that begins meanwhile waits, on one
     * processor, for as long as the system lets a thread go on.
     */
    private static final long REST_NANOS = 50_000;

    private AttemptTable() {}

    /** How rows get into the table. */
    enum Way {
        /** Into H2. */
        INSERT,
        /** Into PostgreSQL. */
        COPY;

        /** The cheapest for a database. */
        static Way into(LlmDatabase database) {
            return database.isPostgres() ? COPY : INSERT;
        }
    }

    private static List<String> columns() {
        return List.of(
                ("id,call_id,node,started_at,operation,provider,telemetry_name,request_model,response_model,stream,"
                                + "waited_micros,latency_micros,first_chunk_micros,outcome,error_type,status_code,request_id,"
                                + "finish_reason,billable,usage_source," + String.join(",", BookedUsage.COLUMNS)
                                + ",service_tier,reported_cost_nanos,reported_cost_currency,cost_nanos,currency,price_book,"
                                + "price_model,price_date,assumptions,cache_hit,saved_nanos,dropped_options,tags,"
                                + "reserved_nanos,reserved_currency,reserved_apart,started_after_micros,chunks")
                        .split(","));
    }

    /**
     * @param tagNames the tags that sums are kept for
     * @param apart whether the reservation of an attempt has a row of its own
     */
    static void insert(
            Connection connection,
            Way way,
            String node,
            Collection<String> tagNames,
            Collection<Settled> settled,
            Predicate<Settled> apart)
            throws SQLException {
        if (settled.isEmpty()) {
            return;
        }
        if (way == Way.COPY) {
            CopiedColumns.copy(connection, TABLE, COLUMNS, columns -> {
                for (Settled value : settled) {
                    row(value, node, tagNames, apart.test(value), columns);
                }
            });
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            Columns columns = new StatementColumns(statement);
            int left = settled.size();
            for (Settled value : settled) {
                row(value, node, tagNames, apart.test(value), columns);
                if (--left % PIECE == 0) {
                    statement.executeBatch();
                    if (left > 0) {
                        LockSupport.parkNanos(REST_NANOS);
                    }
                }
            }
        }
    }

    private static void row(Settled value, String node, Collection<String> tagNames, boolean apart, Columns columns)
            throws SQLException {
        AttemptRow row = value.row();
        attempt(row, node, columns);
        usage(row.usage().orElse(BookedUsage.UNKNOWN), columns);
        cost(row, columns);
        columns.text(row.cacheHit().map(hit -> lower(hit.kind())), ENUM_CHARS)
                .number(nanos(row.cacheHit().flatMap(AttemptRow.Hit::saved)))
                .text(Optional.of(row.droppedOptions()).filter(text -> !text.isEmpty()), LIST_CHARS)
                .text(TagsJson.of(row.tags(), tagNames), TagsJson.MOST_CHARS)
                .number(nanos(value.reserved()))
                .text(value.reserved().map(Amount::currency), CURRENCY_CHARS)
                .flag(apart)
                .number(row.startedAfterMicros())
                .number(row.chunks())
                .add();
    }

    private static void attempt(AttemptRow row, String node, Columns columns) throws SQLException {
        columns.id(row.id())
                .id(row.callId())
                .text(node, NAME_CHARS)
                .time(row.startedAt())
                .text(row.operation(), OPERATION_CHARS)
                .text(row.provider(), NAME_CHARS)
                .text(row.telemetryName(), NAME_CHARS)
                .text(row.requestModel(), MODEL_CHARS)
                .text(row.responseModel(), MODEL_CHARS)
                .flag(row.stream())
                .number(row.waitedMicros())
                .number(row.latencyMicros())
                .number(row.firstChunkMicros())
                .text(row.outcome().name(), ENUM_CHARS)
                .text(row.errorType(), TYPE_CHARS)
                .small(row.statusCode())
                .text(row.requestId(), ID_CHARS)
                .text(row.finishReason().map(Enum::name), ENUM_CHARS)
                .flag(row.billable())
                .text(lower(row.usageSource()), ENUM_CHARS);
    }

    private static void usage(BookedUsage usage, Columns columns) throws SQLException {
        for (OptionalLong count : usage.counts()) {
            columns.number(count);
        }
        columns.text(usage.serviceTier(), NAME_CHARS)
                .number(nanos(usage.reportedCost()))
                .text(usage.reportedCost().map(Amount::currency), CURRENCY_CHARS);
    }

    private static void cost(AttemptRow row, Columns columns) throws SQLException {
        Optional<Amount> amount = row.costAmount();
        columns.number(nanos(amount))
                .text(amount.map(Amount::currency), CURRENCY_CHARS)
                .text(row.cost().map(BookedCost::priceBook), BOOK_CHARS)
                .text(row.cost().map(BookedCost::priceModel), MODEL_CHARS)
                .day(row.cost().flatMap(BookedCost::priceDate))
                .text(row.cost().map(BookedCost::assumptions).filter(text -> !text.isEmpty()), LIST_CHARS);
    }

    private static OptionalLong nanos(Optional<Amount> amount) {
        return amount.isPresent() ? OptionalLong.of(amount.get().nanos()) : OptionalLong.empty();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
