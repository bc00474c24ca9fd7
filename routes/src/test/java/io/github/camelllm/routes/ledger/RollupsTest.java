package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RollupsTest {
    private static final List<String> TAGS = List.of("team", "user");
    /** By ISO 4217. */
    private static final String NO_CURRENCY = "XXX";

    /** The sums are those that anybody can compute again from the rows of single attempts. */
    @Property(tries = 12)
    void sumsAreThoseOfTheRows(@ForAll Random random) throws Exception {
        String url = "jdbc:h2:mem:" + UUID.randomUUID();
        try (LlmDatabase database = LlmDatabase.open(Map.of("url", url))) {
            LedgerTables tables = new LedgerTables("node-1", TAGS, AttemptTable.Way.INSERT);
            List<JournalRecord> seen = new ArrayList<>();
            for (int batch = random.nextInt(4); batch >= 0; batch--) {
                List<JournalRecord> records = new ArrayList<>();
                for (int i = random.nextInt(30); i >= 0; i--) {
                    boolean again = !seen.isEmpty() && random.nextInt(5) == 0;
                    records.add(again ? seen.get(random.nextInt(seen.size())) : settled(random));
                }
                seen.addAll(records);
                try (Connection connection = database.connection()) {
                    tables.book(connection, records, true);
                    connection.commit();
                }
            }
            Map<String, long[]> fromRows = new TreeMap<>();
            for (var row : LedgerRun.rows(database, "select * from llm_attempt")) {
                recompute(row, fromRows);
            }
            Map<String, long[]> fromRollups = new TreeMap<>();
            for (var row : LedgerRun.rows(database, "select * from llm_rollup")) {
                long[] sums = new long[Rollups.SUMS.size()];
                for (int i = 0; i < sums.length; i++) {
                    sums[i] = number(row.get(Rollups.SUMS.get(i)));
                }
                fromRollups.put(
                        row.get("grain") + "|" + ((OffsetDateTime) row.get("bucket")).toInstant() + "|"
                                + row.get("tag_name") + "|" + row.get("tag_value") + "|" + row.get("model") + "|"
                                + row.get("currency"),
                        sums);
            }
            assertThat(fromRollups.keySet()).isEqualTo(fromRows.keySet());
            fromRows.forEach(
                    (key, sums) -> assertThat(fromRollups.get(key)).as(key).isEqualTo(sums));
        }
    }

    private static void recompute(Map<String, Object> row, Map<String, long[]> all) throws Exception {
        JsonNode tags = new ObjectMapper().readTree(String.valueOf(row.get("tags")));
        Instant at = ((OffsetDateTime) row.get("started_at")).toInstant();
        Object outcome = row.get("outcome");
        long[] sums = {
            1,
            outcome.equals("FAILED") ? 1 : 0,
            outcome.equals("CANCELLED") ? 1 : 0,
            outcome.equals("INTERRUPTED") ? 1 : 0,
            row.get("cache_hit") == null ? 0 : 1,
            row.get("billable").equals(true) && row.get("price_book") == null ? 1 : 0,
            number(row.get("input_tokens")),
            number(row.get("output_tokens")),
            number(row.get("cache_read_input_tokens")),
            number(row.get("reasoning_output_tokens")),
            number(row.get("cost_nanos")),
            number(row.get("saved_nanos"))
        };
        for (Rollups.Grain grain : Rollups.Grain.values()) {
            String rest =
                    "|" + row.get("request_model") + "|" + (row.get("currency") == null ? "" : row.get("currency"));
            String begin = grain.column() + "|" + grain.begin(at) + "|";
            add(all, begin + "|" + rest, sums);
            for (String tag : TAGS) {
                if (tags.hasNonNull(tag)) {
                    add(all, begin + tag + "|" + tags.get(tag).textValue() + rest, sums);
                }
            }
        }
    }

    private static void add(Map<String, long[]> all, String key, long[] more) {
        long[] sums = all.computeIfAbsent(key, absent -> new long[more.length]);
        for (int i = 0; i < more.length; i++) {
            sums[i] += more[i];
        }
    }

    private static long number(Object value) {
        return value == null ? 0 : ((Number) value).longValue();
    }

    private static Settled settled(Random random) {
        boolean billable = random.nextBoolean();
        boolean hit = !billable && random.nextInt(3) == 0;
        Optional<BookedUsage> usage = Optional.empty();
        if (random.nextBoolean()) {
            List<OptionalLong> counts = new ArrayList<>();
            BookedUsage.COLUMNS.forEach(column -> counts.add(
                    random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(10_000))));
            usage = Optional.of(new BookedUsage(List.copyOf(counts), Optional.empty(), Optional.empty()));
        }
        Optional<BookedCost> cost = billable && random.nextBoolean()
                ? Optional.of(new BookedCost(
                        new Amount(random.nextInt(1_000_000), random.nextBoolean() ? "USD" : "EUR"),
                        "book",
                        "model",
                        Optional.empty(),
                        ""))
                : Optional.empty();
        AttemptRow row = new AttemptRow(
                UUID.randomUUID(),
                UUID.randomUUID(),
                Attempts.AT.plusSeconds(random.nextInt(200_000)),
                "chat",
                "openai",
                "openai",
                "model-" + random.nextInt(3),
                Optional.empty(),
                random.nextBoolean(),
                0,
                random.nextInt(10_000_000),
                OptionalLong.empty(),
                CallOutcome.values()[random.nextInt(4)],
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                billable,
                usage,
                UsageSource.COUNTED,
                cost,
                hit
                        ? Optional.of(new AttemptRow.Hit(
                                CacheHit.Kind.EXACT, Optional.of(new Amount(random.nextInt(1000), "USD"))))
                        : Optional.empty(),
                "",
                random.nextBoolean() ? Map.of("team", "t" + random.nextInt(3), "user", "u") : Map.of("other", "x"),
                OptionalLong.empty(),
                OptionalLong.empty());
        return new Settled(row, Optional.empty(), row.startedAt(), List.of());
    }

    @Test
    void classesOfDurationsFollowEachOther() {
        assertThat(DurationClasses.indexOf(0)).isZero();
        assertThat(DurationClasses.indexOf(100)).isZero();
        assertThat(DurationClasses.indexOf(101)).isEqualTo(1);
        for (int i = 1; i < DurationClasses.count(); i++) {
            assertThat(DurationClasses.indexOf(DurationClasses.endMicros(i))).isEqualTo(i);
            assertThat((double) DurationClasses.endMicros(i) / DurationClasses.endMicros(i - 1))
                    .isBetween(1.2, 1.25);
        }
        assertThat(DurationClasses.indexOf(Long.MAX_VALUE)).isEqualTo(DurationClasses.count() - 1);
        assertThat(DurationClasses.count()).isLessThan(100);
    }

    @Property(tries = 5)
    void entriesSumToZeroAndGiveBackWhatWasReserved(@ForAll Random random) throws Exception {
        try (LlmDatabase database = LlmDatabase.open(Map.of("url", "jdbc:h2:mem:" + UUID.randomUUID()))) {
            LedgerTables tables = new LedgerTables("node-1", TAGS, AttemptTable.Way.INSERT);
            Map<UUID, Settled> ended = new HashMap<>();
            List<JournalRecord> waiting = new ArrayList<>();
            for (int batch = 0; batch < 5; batch++) {
                List<JournalRecord> records = new ArrayList<>(waiting);
                waiting.clear();
                for (int i = 0; i < 40; i++) {
                    Settled one = withReservation(settled(random), random);
                    ended.put(one.id(), one);
                    one.reserved().ifPresent(held -> records.add(reservation(one, held)));
                    // Some end in the transaction that they begin in
                    (random.nextBoolean() ? records : waiting).add(one);
                }
                try (Connection connection = database.connection()) {
                    tables.book(connection, records, random.nextBoolean());
                    connection.commit();
                }
            }
            try (Connection connection = database.connection()) {
                tables.book(connection, waiting, false);
                connection.commit();
            }

            assertThat(LedgerRun.rows(
                            database,
                            "select id from llm_entry where available_nanos + reserved_nanos + spent_nanos <> 0"))
                    .isEmpty();
            Map<Object, List<Map<String, Object>>> entries =
                    LedgerRun.rows(database, "select * from llm_entry").stream()
                            .collect(Collectors.groupingBy(row -> row.get("id")));
            ended.forEach((id, one) -> entriesAreThoseOf(one, entries.getOrDefault(id, List.of())));
            assertThat(LedgerRun.rows(database, "select id from llm_entry_row where kind = 'RESERVE'"))
                    .as("reservations of attempts that ended later")
                    .hasSizeBetween(1, ended.size() - 1);
        }
    }

    private static Settled withReservation(Settled some, Random random) {
        Optional<Amount> held = random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(new Amount(random.nextInt(1_000_000), random.nextBoolean() ? "USD" : "EUR"));
        return new Settled(some.row(), held, some.at(), List.of());
    }

    private static Reserved reservation(Settled one, Amount held) {
        AttemptRow row = one.row();
        return new Reserved(
                row.id(),
                row.callId(),
                row.startedAt(),
                row.operation(),
                row.provider(),
                row.telemetryName(),
                row.requestModel(),
                row.stream(),
                row.tags(),
                Optional.of(held),
                List.of());
    }

    private static void entriesAreThoseOf(Settled one, List<Map<String, Object>> entries) {
        AttemptRow row = one.row();
        List<String> kinds = entries.stream()
                .map(entry -> String.valueOf(entry.get("kind")))
                .sorted()
                .toList();
        Optional<String> cost = row.billable() ? row.costAmount().map(Amount::currency) : Optional.empty();
        Optional<String> held = one.reserved().map(Amount::currency);
        List<String> expected = new ArrayList<>();
        if (held.isPresent() && (!row.billable() || !cost.orElse(held.get()).equals(held.get()))) {
            expected.add("RELEASE");
        }
        held.ifPresent(currency -> expected.add("RESERVE"));
        if (row.billable()) {
            expected.add("SETTLE");
        }
        assertThat(kinds).isEqualTo(expected);
        assertThat(entries).allSatisfy(entry -> {
            boolean isCost = entry.get("kind").equals("SETTLE");
            assertThat(entry.get("currency"))
                    .isEqualTo(isCost ? cost.or(() -> held).orElse(NO_CURRENCY) : held.orElseThrow());
            assertThat(entry.get("model")).isEqualTo(row.requestModel());
            assertThat(entry.get("attempt_id")).isEqualTo(row.id());
        });
        assertThat(entries.stream()
                        .mapToLong(entry -> number(entry.get("reserved_nanos")))
                        .sum())
                .isZero();
        assertThat(entries.stream()
                        .mapToLong(entry -> number(entry.get("spent_nanos")))
                        .sum())
                .isEqualTo(row.billable() ? row.costAmount().map(Amount::nanos).orElse(0L) : 0);
    }
}
