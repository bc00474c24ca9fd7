package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallLedger.Charge;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Hold;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A ledger as a company of four teams might have it, made up by chance but always alike, for screenshots and for tests of
 * pages: more by day than by night, some failures that another provider makes good, some answers from the cache, and a model
 * without a price.
 */
public final class DemoLedger {
    /** Sums are kept for these. */
    public static final List<String> TAGS = List.of("team", "key", "routeId", "router");

    private static final int BATCH = 2000;
    private static final List<String> TEAMS = List.of("search", "support", "billing", "research");
    private static final List<Model> MODELS = List.of(
            new Model("openai", "gpt-5-mini", 34, 900, 2600),
            new Model("openai", "gpt-5-nano", 18, 450, 1100),
            new Model("anthropic", "claude-haiku-4-5", 20, 520, 1500),
            new Model("anthropic", "claude-sonnet-4-5", 10, 1100, 4800),
            new Model("mistral", "mistral-small-2506", 12, 350, 1200),
            new Model("ollama", "llama3.2", 6, 180, 3900));

    private final LlmDatabase database;
    private final Random random;
    private final Pricing pricing = Pricing.builtIn();
    private final LedgerTables tables = new LedgerTables("node-1", TAGS, AttemptTable.Way.INSERT);
    private final List<JournalRecord> records = new ArrayList<>();

    /** @param weight how often it is asked. @param firstMillis time to the first token. @param wholeMillis to the last */
    private record Model(String provider, String name, int weight, int firstMillis, int wholeMillis) {}

    public DemoLedger(LlmDatabase database, long seed) {
        this.database = database;
        this.random = new Random(seed);
    }

    /** @param to when the last of the calls ended, about */
    public void fill(Instant from, Instant to, int calls) throws SQLException {
        long seconds = Duration.between(from, to).toSeconds();
        // In their order, so that a batch adds to few sums
        List<Instant> begins = Stream.generate(() -> awake(from, seconds))
                .limit(calls)
                .sorted()
                .toList();
        for (Instant begin : begins) {
            call(begin);
            if (records.size() >= BATCH) {
                book();
            }
        }
        records.add(new JournalRecord.Audited(
                id(),
                new AuditEntry(
                        to.minusSeconds(90_000),
                        "budget",
                        "team-month",
                        "ada",
                        "100 USD per month, hard",
                        "120 USD per month, hard")));
        book();
    }

    private void book() throws SQLException {
        try (Connection connection = database.connection()) {
            tables.book(connection, records, false);
            connection.commit();
        }
        records.clear();
    }

    /** Nights are quiet. */
    private Instant awake(Instant from, long seconds) {
        while (true) {
            Instant at = from.plusMillis((long) (random.nextDouble() * seconds * 1000));
            int hour = LocalTime.ofInstant(at, ZoneOffset.UTC).getHour();
            double share = 0.15 + 0.85 * Math.max(0, Math.sin((hour - 5) * Math.PI / 15));
            if (random.nextDouble() < share) {
                return at;
            }
        }
    }

    private void call(Instant at) {
        UUID call = id();
        Model model = model();
        String team = TEAMS.get(Math.min(random.nextInt(5), TEAMS.size() - 1));
        Map<String, String> tags = Map.of(
                "team",
                team,
                "key",
                team + "-" + (1 + random.nextInt(2)),
                "routeId",
                random.nextInt(3) == 0 ? "letters" : random.nextBoolean() ? "summaries" : "chat",
                "router",
                "everyday");
        double luck = random.nextDouble();
        if (luck < 0.03) {
            Instant again = failed(call, at, model, tags, luck < 0.015 ? 429 : 503);
            succeeded(call, again, MODELS.get((MODELS.indexOf(model) + 2) % 5), tags);
        } else if (luck < 0.036) {
            failed(call, at, model, tags, 400);
        } else if (luck < 0.04) {
            add(
                    record(call, at, model, tags, CallOutcome.CANCELLED, Optional.empty(), OptionalInt.empty()),
                    Optional.empty());
        } else if (luck < 0.11) {
            cached(call, at, model, tags);
        } else {
            succeeded(call, at, model, tags);
        }
    }

    private Model model() {
        int at = random.nextInt(100);
        for (Model model : MODELS) {
            at -= model.weight();
            if (at < 0) {
                return model;
            }
        }
        throw new AssertionError(at);
    }

    private void succeeded(UUID call, Instant at, Model model, Map<String, String> tags) {
        CallRecord record = record(call, at, model, tags, CallOutcome.SUCCEEDED, Optional.empty(), OptionalInt.of(200));
        Usage usage = usage(model);
        Optional<Cost> cost = pricing.cost(usage, model.provider(), model.name(), at);
        add(record.with(Optional.of(usage), UsageSource.REPORTED, cost), cost);
    }

    private Usage usage(Model model) {
        long input = 300 + (long) Math.abs(random.nextGaussian() * 1400);
        return Usage.builder()
                .inputTokens(input)
                .outputTokens(40 + (long) Math.abs(random.nextGaussian() * 320))
                .cacheReadInputTokens(random.nextInt(3) == 0 ? input / 2 : 0)
                .reasoningOutputTokens(model.name().startsWith("gpt-5") ? random.nextInt(40) : 0)
                .build();
    }

    private Instant failed(UUID call, Instant at, Model model, Map<String, String> tags, int status) {
        String error = status == 429 ? "rate_limited" : status == 503 ? "overloaded" : "invalid_request";
        CallRecord record =
                record(call, at, model, tags, CallOutcome.FAILED, Optional.of(error), OptionalInt.of(status));
        add(record, Optional.empty());
        return record.startedAt().plus(record.latency()).plusMillis(120);
    }

    private void cached(UUID call, Instant at, Model model, Map<String, String> tags) {
        Usage usage = usage(model);
        Optional<Cost> saved = pricing.cost(usage, model.provider(), model.name(), at);
        AttemptRow row = AttemptRow.of(
                record(call, at, model, tags, CallOutcome.SUCCEEDED, Optional.empty(), OptionalInt.empty())
                        .with(Optional.of(usage), UsageSource.REPORTED, Optional.empty()));
        records.add(new JournalRecord.Settled(
                new AttemptRow(
                        row.id(),
                        row.callId(),
                        row.startedAt(),
                        row.operation(),
                        row.provider(),
                        row.telemetryName(),
                        row.requestModel(),
                        row.responseModel(),
                        row.stream(),
                        0,
                        800,
                        OptionalLong.of(700),
                        row.outcome(),
                        row.errorType(),
                        row.statusCode(),
                        row.requestId(),
                        row.finishReason(),
                        false,
                        row.usage(),
                        row.usageSource(),
                        Optional.empty(),
                        Optional.of(new AttemptRow.Hit(
                                CacheHit.Kind.EXACT, saved.flatMap(cost -> Amount.of(cost.total())))),
                        "",
                        tags,
                        row.startedAfterMicros(),
                        row.chunks()),
                Optional.empty(),
                at,
                List.of()));
    }

    private void add(CallRecord record, Optional<Cost> cost) {
        Instant month = record.startedAt()
                .atZone(ZoneOffset.UTC)
                .toLocalDate()
                .withDayOfMonth(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        List<Charge> charges = cost.stream()
                .map(known -> new Charge(
                        new Hold(
                                "team-month/team=" + record.tags().get("team"),
                                month.getEpochSecond(),
                                known.total().currency(),
                                known.nanos()),
                        known.nanos()))
                .toList();
        records.add(new JournalRecord.Settled(
                AttemptRow.of(record), Optional.empty(), record.startedAt().plus(record.latency()), charges));
    }

    private CallRecord record(
            UUID call,
            Instant at,
            Model model,
            Map<String, String> tags,
            CallOutcome outcome,
            Optional<String> error,
            OptionalInt status) {
        boolean succeeded = outcome == CallOutcome.SUCCEEDED;
        double slow = Math.exp(random.nextGaussian() * 0.35);
        Duration whole = Duration.ofMillis(succeeded ? (long) (model.wholeMillis() * slow) : 90 + random.nextInt(400));
        return new CallRecord(
                id(),
                call,
                1,
                Operation.CHAT,
                model.provider(),
                model.provider(),
                model.name(),
                succeeded ? Optional.of(model.name()) : Optional.empty(),
                true,
                at,
                whole,
                succeeded ? Optional.of(Duration.ofMillis((long) (model.firstMillis() * slow))) : Optional.empty(),
                outcome,
                error,
                status,
                Optional.of("req_" + Long.toHexString(random.nextLong())),
                succeeded ? Optional.of(FinishReason.STOP) : Optional.empty(),
                succeeded,
                Optional.empty(),
                UsageSource.UNKNOWN,
                Optional.empty(),
                List.of(),
                tags,
                random.nextInt(20) == 0 ? Duration.ofMillis(random.nextInt(700)) : Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                succeeded ? (int) whole.toMillis() / 20 : 0);
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }
}
