package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallLedger.Charge;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.Hold;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.routes.ledger.JournalRecord.Audited;
import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Records of the journal as bytes: version, kind, then the parts in a fixed order. Texts are UTF-8, times microseconds. */
final class RecordCodec {
    static final byte VERSION = 1;
    static final byte RESERVED = 1;
    static final byte SETTLED = 2;
    static final byte AUDITED = 3;

    private static final long MICROS = 1_000_000;

    private RecordCodec() {}

    static void encode(JournalRecord value, ByteWriter out) {
        out.put(VERSION);
        if (value instanceof Reserved reserved) {
            out.put(RESERVED);
            reserved(reserved, out);
        } else if (value instanceof Settled settled) {
            out.put(SETTLED);
            settled(settled, out);
        } else if (value instanceof Audited audited) {
            out.put(AUDITED);
            audited(audited, out);
        } else {
            throw new AssertionError(value);
        }
    }

    /** @throws MalformedRecordException if the bytes are no record that this version knows */
    static JournalRecord decode(byte[] bytes, int from, int length) {
        return decode(bytes, from, length, new KnownTexts());
    }

    /**
     * The same, for a reader of many records.
     *
     * @param texts of those that it read before
     */
    static JournalRecord decode(byte[] bytes, int from, int length, KnownTexts texts) {
        try {
            return decode(new ByteReader(bytes, from, length, texts));
        } catch (DateTimeException | ArithmeticException e) {
            throw new MalformedRecordException("a record with a time or date that is none");
        }
    }

    private static JournalRecord decode(ByteReader in) {
        int version = in.get();
        if (version != VERSION) {
            throw new MalformedRecordException("a record of version " + version + ", expected " + VERSION);
        }
        int kind = in.get();
        JournalRecord value;
        switch (kind) {
            case RESERVED:
                value = reserved(in);
                break;
            case SETTLED:
                value = settled(in);
                break;
            case AUDITED:
                value = audited(in);
                break;
            default:
                throw new MalformedRecordException(
                        "a record of kind " + kind + ", expected " + RESERVED + ", " + SETTLED + " or " + AUDITED);
        }
        if (!in.atEnd()) {
            throw new MalformedRecordException("a record of kind " + kind + " that goes on after its end");
        }
        return value;
    }

    private static void reserved(Reserved value, ByteWriter out) {
        out.id(value.id());
        out.id(value.callId());
        time(value.at(), out);
        out.text(value.operation());
        out.text(value.provider());
        out.text(value.telemetryName());
        out.text(value.model());
        out.flag(value.stream());
        tags(value.tags(), out);
        amount(value.most(), out);
        out.number(value.holds().size());
        for (Hold hold : value.holds()) {
            hold(hold, out);
        }
    }

    private static Reserved reserved(ByteReader in) {
        return new Reserved(
                in.id(),
                in.id(),
                time(in),
                in.text(),
                in.text(),
                in.text(),
                in.text(),
                in.flag(),
                tags(in),
                amount(in),
                holds(in));
    }

    private static void settled(Settled value, ByteWriter out) {
        row(value.row(), out);
        amount(value.reserved(), out);
        time(value.at(), out);
        out.number(value.charges().size());
        for (Charge charge : value.charges()) {
            hold(charge.hold(), out);
            out.number(charge.chargedNanos());
        }
        out.number(value.row().startedAfterMicros());
        out.number(value.row().chunks());
    }

    private static Settled settled(ByteReader in) {
        AttemptRow row = row(in);
        Optional<Amount> reserved = amount(in);
        Instant at = time(in);
        List<Charge> charges = charges(in);
        // An earlier version ends it here
        return new Settled(
                in.atEnd() ? row : row.withTimeline(in.optionalNumber(), in.optionalNumber()), reserved, at, charges);
    }

    private static void audited(Audited value, ByteWriter out) {
        out.id(value.id());
        AuditEntry entry = value.entry();
        time(entry.at(), out);
        out.text(entry.kind());
        out.text(entry.name());
        out.text(entry.actor());
        out.text(entry.before());
        out.text(entry.after());
    }

    private static Audited audited(ByteReader in) {
        return new Audited(in.id(), new AuditEntry(time(in), in.text(), in.text(), in.text(), in.text(), in.text()));
    }

    private static void row(AttemptRow row, ByteWriter out) {
        out.id(row.id());
        out.id(row.callId());
        time(row.startedAt(), out);
        out.text(row.operation());
        out.text(row.provider());
        out.text(row.telemetryName());
        out.text(row.requestModel());
        out.text(row.responseModel());
        out.flag(row.stream());
        out.number(row.waitedMicros());
        out.number(row.latencyMicros());
        out.number(row.firstChunkMicros());
        out.text(row.outcome().name());
        out.text(row.errorType());
        out.number(
                row.statusCode().isPresent() ? OptionalLong.of(row.statusCode().getAsInt()) : OptionalLong.empty());
        out.text(row.requestId());
        out.text(row.finishReason().map(Enum::name));
        out.flag(row.billable());
        out.flag(row.usage().isPresent());
        row.usage().ifPresent(usage -> usage(usage, out));
        out.text(row.usageSource().name());
        out.flag(row.cost().isPresent());
        row.cost().ifPresent(cost -> cost(cost, out));
        out.flag(row.cacheHit().isPresent());
        row.cacheHit().ifPresent(hit -> {
            out.text(hit.kind().name());
            amount(hit.saved(), out);
        });
        out.text(row.droppedOptions());
        tags(row.tags(), out);
    }

    private static AttemptRow row(ByteReader in) {
        return new AttemptRow(
                in.id(),
                in.id(),
                time(in),
                in.text(),
                in.text(),
                in.text(),
                in.text(),
                in.optionalText(),
                in.flag(),
                in.number(),
                in.number(),
                in.optionalNumber(),
                constant(CallOutcome.class, in.text()),
                in.optionalText(),
                status(in.optionalNumber()),
                in.optionalText(),
                in.optionalText().map(name -> constant(FinishReason.class, name)),
                in.flag(),
                in.flag() ? Optional.of(usage(in)) : Optional.empty(),
                constant(UsageSource.class, in.text()),
                in.flag() ? Optional.of(cost(in)) : Optional.empty(),
                in.flag()
                        ? Optional.of(new AttemptRow.Hit(constant(CacheHit.Kind.class, in.text()), amount(in)))
                        : Optional.empty(),
                in.text(),
                tags(in),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("a record with an unknown " + type.getSimpleName());
        }
    }

    private static OptionalInt status(OptionalLong code) {
        return code.isPresent() ? OptionalInt.of((int) code.getAsLong()) : OptionalInt.empty();
    }

    private static void usage(BookedUsage usage, ByteWriter out) {
        for (OptionalLong count : usage.counts()) {
            out.number(count);
        }
        out.text(usage.serviceTier());
        amount(usage.reportedCost(), out);
    }

    private static BookedUsage usage(ByteReader in) {
        List<OptionalLong> counts = new ArrayList<>(BookedUsage.COLUMNS.size());
        for (int i = 0; i < BookedUsage.COLUMNS.size(); i++) {
            counts.add(in.optionalNumber());
        }
        return new BookedUsage(List.copyOf(counts), in.optionalText(), amount(in));
    }

    private static void cost(BookedCost cost, ByteWriter out) {
        amount(cost.amount(), out);
        out.text(cost.priceBook());
        out.text(cost.priceModel());
        out.number(
                cost.priceDate().isPresent()
                        ? OptionalLong.of(cost.priceDate().get().toEpochDay())
                        : OptionalLong.empty());
        out.text(cost.assumptions());
    }

    private static BookedCost cost(ByteReader in) {
        Amount amount = new Amount(in.number(), in.text());
        String book = in.text();
        String model = in.text();
        OptionalLong day = in.optionalNumber();
        Optional<LocalDate> date =
                day.isPresent() ? Optional.of(LocalDate.ofEpochDay(day.getAsLong())) : Optional.empty();
        return new BookedCost(amount, book, model, date, in.text());
    }

    private static void amount(Amount amount, ByteWriter out) {
        out.number(amount.nanos());
        out.text(amount.currency());
    }

    private static void amount(Optional<Amount> amount, ByteWriter out) {
        out.flag(amount.isPresent());
        amount.ifPresent(present -> amount(present, out));
    }

    private static Optional<Amount> amount(ByteReader in) {
        return in.flag() ? Optional.of(new Amount(in.number(), in.text())) : Optional.empty();
    }

    private static void hold(Hold hold, ByteWriter out) {
        out.text(hold.account());
        out.number(hold.period());
        out.text(hold.currency());
        out.number(hold.nanos());
    }

    private static Hold hold(ByteReader in) {
        return new Hold(in.text(), in.number(), in.text(), in.number());
    }

    private static List<Hold> holds(ByteReader in) {
        int count = in.count();
        List<Hold> holds = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            holds.add(hold(in));
        }
        return holds;
    }

    private static List<Charge> charges(ByteReader in) {
        int count = in.count();
        List<Charge> charges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            charges.add(new Charge(hold(in), in.number()));
        }
        return charges;
    }

    private static void tags(Map<String, String> tags, ByteWriter out) {
        out.number(tags.size());
        tags.forEach((name, value) -> {
            out.text(name);
            out.text(value);
        });
    }

    private static Map<String, String> tags(ByteReader in) {
        int count = in.count();
        Map<String, String> tags = new HashMap<>();
        for (int i = 0; i < count; i++) {
            tags.put(in.text(), in.text());
        }
        return tags;
    }

    private static void time(Instant at, ByteWriter out) {
        out.fixed(Math.addExact(Math.multiplyExact(at.getEpochSecond(), MICROS), at.getNano() / 1000));
    }

    private static Instant time(ByteReader in) {
        long micros = in.fixed();
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS))
                .plus(Math.floorMod(micros, MICROS), ChronoUnit.MICROS);
    }
}
