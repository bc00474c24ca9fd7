package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CallLedger.Charge;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.Hold;
import io.github.camelllm.call.UsageSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;

/** What the journal keeps. */
sealed interface JournalRecord {
    /** Identifies it for good: what has this id is booked once. */
    UUID id();

    <T> T fold(Function<Reserved, T> reserved, Function<Settled, T> settled, Function<Audited, T> audited);

    /**
     * An attempt is about to be sent.
     *
     * @param id the attempt's
     * @param most what it can cost at most; empty if that is unknown
     */
    record Reserved(
            UUID id,
            UUID callId,
            Instant at,
            String operation,
            String provider,
            String telemetryName,
            String model,
            boolean stream,
            Map<String, String> tags,
            Optional<Amount> most,
            List<Hold> holds)
            implements JournalRecord {
        public Reserved {
            tags = Map.copyOf(tags);
            holds = List.copyOf(holds);
        }

        static Reserved of(Attempt attempt, Optional<Amount> most, List<Hold> holds) {
            return new Reserved(
                    attempt.id(),
                    attempt.callId(),
                    AttemptRow.micros(attempt.at()),
                    attempt.operation().wireName(),
                    attempt.provider(),
                    attempt.target().telemetryName(),
                    attempt.model(),
                    attempt.stream(),
                    attempt.tags(),
                    most,
                    holds);
        }

        /** How it is booked if its process ended before it did: nobody knows its cost, so budgets take all that was held. */
        Settled interrupted() {
            AttemptRow row = new AttemptRow(
                    id,
                    callId,
                    at,
                    operation,
                    provider,
                    telemetryName,
                    model,
                    Optional.empty(),
                    stream,
                    0,
                    0,
                    OptionalLong.empty(),
                    CallOutcome.INTERRUPTED,
                    Optional.of("interrupted"),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    Optional.empty(),
                    UsageSource.UNKNOWN,
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    tags,
                    OptionalLong.empty(),
                    OptionalLong.empty());
            return new Settled(
                    row,
                    most,
                    at,
                    holds.stream().map(hold -> new Charge(hold, hold.nanos())).toList());
        }

        @Override
        public <T> T fold(Function<Reserved, T> reserved, Function<Settled, T> settled, Function<Audited, T> audited) {
            return reserved.apply(this);
        }
    }

    /**
     * An attempt ended, or was refused before it was sent.
     *
     * @param reserved what {@link Reserved#most()} was; empty also if it was refused
     * @param at when it was booked
     */
    record Settled(AttemptRow row, Optional<Amount> reserved, Instant at, List<Charge> charges)
            implements JournalRecord {
        public Settled {
            charges = List.copyOf(charges);
        }

        @Override
        public UUID id() {
            return row.id();
        }

        @Override
        public <T> T fold(Function<Reserved, T> reserved, Function<Settled, T> settled, Function<Audited, T> audited) {
            return settled.apply(this);
        }
    }

    /** Something was changed that decides about money. */
    record Audited(UUID id, AuditEntry entry) implements JournalRecord {
        @Override
        public <T> T fold(Function<Reserved, T> reserved, Function<Settled, T> settled, Function<Audited, T> audited) {
            return audited.apply(this);
        }
    }
}
