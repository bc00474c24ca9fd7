package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    @Property
    void decodingGivesWhatWasEncoded(@ForAll Random random) {
        JournalRecord value = any(random);
        ByteWriter out = new ByteWriter();
        RecordCodec.encode(value, out);

        assertThat(RecordCodec.decode(out.bytes(), 0, out.length())).isEqualTo(value);
    }

    @Property
    void otherBytesAreAnErrorOfOneKind(@ForAll byte[] bytes, @ForAll Random random) {
        byte[] some = bytes.clone();
        if (some.length > 1) {
            some[0] = RecordCodec.VERSION;
            some[1] = (byte) (1 + random.nextInt(3));
        }
        try {
            RecordCodec.decode(some, 0, some.length);
        } catch (MalformedRecordException e) {
            assertThat(e).hasMessageStartingWith("journal: ");
        }
    }

    @Property
    void aChangedByteIsFoundOut(@ForAll Random random) {
        ByteWriter frame = Frames.frame(any(random));
        int length = frame.length() - Frames.HEAD;
        frame.bytes()[Frames.HEAD + random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));

        assertThat(Frames.isIntact(frame.bytes(), 0, length)).isFalse();
    }

    @Test
    void readsWhatAnEarlierVersionWrote() {
        Random random = new Random(7);
        Settled value = new Settled(
                row(random).withTimeline(OptionalLong.empty(), OptionalLong.empty()),
                amount(random),
                at(random),
                List.of());
        ByteWriter bytes = new ByteWriter();
        RecordCodec.encode(value, bytes);

        // It did not know of the timeline, each of whose numbers takes a byte if it is not there
        assertThat(RecordCodec.decode(bytes.bytes(), 0, bytes.length() - 2)).isEqualTo(value);
    }

    @Test
    void refusesToKeepWhatIsTooLong() {
        Audited huge = new Audited(
                UUID.randomUUID(), new AuditEntry(Instant.EPOCH, "k", "n", "a", "", "x".repeat(Frames.MAX_PAYLOAD)));

        assertThatThrownBy(() -> Frames.frame(huge))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("expected at most 1048576");
    }

    /** Any record that the journal may keep. */
    static JournalRecord any(Random random) {
        switch (random.nextInt(3)) {
            case 0:
                return new Reserved(
                        id(random),
                        id(random),
                        at(random),
                        text(random),
                        text(random),
                        text(random),
                        text(random),
                        random.nextBoolean(),
                        tags(random),
                        amount(random),
                        holds(random));
            case 1:
                return new Settled(
                        row(random),
                        amount(random),
                        at(random),
                        holds(random).stream()
                                .map(hold -> new Charge(hold, random.nextLong()))
                                .toList());
            default:
                return new Audited(
                        id(random),
                        new AuditEntry(
                                at(random), text(random), text(random), text(random), text(random), text(random)));
        }
    }

    static AttemptRow row(Random random) {
        return new AttemptRow(
                id(random),
                id(random),
                at(random),
                text(random),
                text(random),
                text(random),
                text(random),
                maybeText(random),
                random.nextBoolean(),
                random.nextLong(),
                random.nextLong(),
                maybe(random),
                CallOutcome.values()[random.nextInt(CallOutcome.values().length)],
                maybeText(random),
                random.nextBoolean() ? OptionalInt.of(random.nextInt(600)) : OptionalInt.empty(),
                maybeText(random),
                random.nextBoolean()
                        ? Optional.of(FinishReason.values()[random.nextInt(FinishReason.values().length)])
                        : Optional.empty(),
                random.nextBoolean(),
                random.nextBoolean() ? Optional.of(usage(random)) : Optional.empty(),
                UsageSource.values()[random.nextInt(UsageSource.values().length)],
                random.nextBoolean() ? Optional.of(cost(random)) : Optional.empty(),
                random.nextBoolean()
                        ? Optional.of(new AttemptRow.Hit(
                                CacheHit.Kind.values()[random.nextInt(CacheHit.Kind.values().length)], amount(random)))
                        : Optional.empty(),
                text(random),
                tags(random),
                maybe(random),
                maybe(random));
    }

    private static BookedUsage usage(Random random) {
        List<OptionalLong> counts = new ArrayList<>();
        BookedUsage.COLUMNS.forEach(column -> counts.add(maybe(random)));
        return new BookedUsage(List.copyOf(counts), maybeText(random), amount(random));
    }

    private static BookedCost cost(Random random) {
        return new BookedCost(
                new Amount(random.nextLong(), text(random)),
                text(random),
                text(random),
                random.nextBoolean() ? Optional.of(LocalDate.ofEpochDay(random.nextInt(40_000))) : Optional.empty(),
                text(random));
    }

    private static List<Hold> holds(Random random) {
        List<Hold> holds = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            holds.add(new Hold(text(random), random.nextLong(), text(random), random.nextLong()));
        }
        return holds;
    }

    private static Map<String, String> tags(Random random) {
        Map<String, String> tags = new HashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            tags.put(text(random), text(random));
        }
        return tags;
    }

    private static Optional<Amount> amount(Random random) {
        return random.nextBoolean() ? Optional.of(new Amount(random.nextLong(), text(random))) : Optional.empty();
    }

    private static OptionalLong maybe(Random random) {
        return random.nextBoolean() ? OptionalLong.of(random.nextInt(100_000)) : OptionalLong.empty();
    }

    private static Optional<String> maybeText(Random random) {
        return random.nextBoolean() ? Optional.of(text(random)) : Optional.empty();
    }

    private static String text(Random random) {
        return "aé漢😀\0=".repeat(random.nextInt(4)) + random.nextInt(100);
    }

    private static UUID id(Random random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private static Instant at(Random random) {
        return AttemptRow.micros(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)));
    }
}
