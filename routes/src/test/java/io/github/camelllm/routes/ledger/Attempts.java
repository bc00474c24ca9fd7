package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.AttemptSize;
import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.CommitPolicy;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Dialects;
import io.github.camelllm.call.HealthSettings;
import io.github.camelllm.call.Hold;
import io.github.camelllm.call.ModelLimits;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.RetryPolicy;
import io.github.camelllm.call.StreamLimits;
import io.github.camelllm.call.TargetHealths;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.Money;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.transport.Credentials;
import io.github.camelllm.transport.HttpTimeouts;
import io.github.camelllm.wire.WireTarget;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Attempts and how they end, for tests of the ledger. */
final class Attempts {
    static final Instant AT = Instant.parse("2026-11-20T10:15:30.123456Z");
    static final Map<String, String> TAGS =
            Map.of("team", "billing", "user", "ada", "exchangeId", "E-1", "routeId", "letters");
    static final Money MOST = Money.usd("0.0123");
    static final Hold HOLD = new Hold("team-month/team=billing", 1_793_491_200L, "USD", 12_300_000);

    private static final CallTarget TARGET = new CallTarget(
            "openai",
            "http://localhost:1",
            Dialects.get("openai-chat"),
            WireTarget.of("openai", "gpt-5-mini"),
            new Credentials.None(),
            Map.of(),
            HttpTimeouts.DEFAULT,
            1 << 20,
            1 << 20,
            Optional.empty(),
            Optional.empty(),
            RetryPolicy.NONE,
            CommitPolicy.FIRST_PIECE,
            StreamLimits.DEFAULT,
            new TargetHealths(HealthSettings.DEFAULT, Clock.systemUTC())
                    .of("openai", "gpt-5-mini", "http://localhost:1", new Credentials.None()),
            ModelLimits.UNKNOWN);

    private Attempts() {}

    static Attempt attempt() {
        return attempt(TAGS);
    }

    static Attempt attempt(Map<String, String> tags) {
        return new Attempt(
                CallId.next(), CallId.next(), Operation.CHAT, TARGET, true, tags, Deadline.NONE, AttemptSize.NONE, AT);
    }

    static Cost cost(String dollars) {
        Money total = Money.usd(dollars);
        BigDecimal none = BigDecimal.ZERO;
        return new Cost(
                total,
                new Cost.Parts(total.amount(), none, none, none, none, none, none, none, none, none),
                "2026-09-23",
                "gpt-5-mini",
                Optional.of(LocalDate.of(2026, 8, 1)),
                Set.of(Cost.Assumption.FAMILY_PRICE));
    }

    /** A streamed answer of 100 and 20 tokens for 0.004 dollars. */
    static CallRecord succeeded(Attempt attempt) {
        return record(
                attempt,
                CallOutcome.SUCCEEDED,
                true,
                Optional.of(Usage.of(100, 20)),
                UsageSource.REPORTED,
                Optional.of(cost("0.004")));
    }

    /** Cut in the middle: what had come was counted. */
    static CallRecord broken(Attempt attempt) {
        return record(
                attempt,
                CallOutcome.FAILED,
                true,
                Optional.of(Usage.of(100, 7)),
                UsageSource.COUNTED,
                Optional.of(cost("0.002")));
    }

    static CallRecord cancelled(Attempt attempt) {
        return record(
                attempt,
                CallOutcome.CANCELLED,
                true,
                Optional.of(Usage.of(100, 3)),
                UsageSource.COUNTED,
                Optional.of(cost("0.001")));
    }

    /** The provider did not take it, or limits or budgets did not let it go. */
    static CallRecord refused(Attempt attempt) {
        return record(attempt, CallOutcome.FAILED, false, Optional.empty(), UsageSource.UNKNOWN, Optional.empty());
    }

    /** Our own cache answered what would have cost 0.004 dollars. */
    static CallRecord cacheHit(Attempt attempt) {
        CallRecord answered = record(
                attempt,
                CallOutcome.SUCCEEDED,
                false,
                Optional.of(Usage.of(100, 20)),
                UsageSource.REPORTED,
                Optional.empty());
        return new CallRecord(
                answered.id(),
                answered.callId(),
                1,
                answered.operation(),
                answered.provider(),
                answered.telemetryName(),
                answered.requestModel(),
                answered.responseModel(),
                answered.stream(),
                answered.startedAt(),
                answered.latency(),
                answered.timeToFirstChunk(),
                answered.outcome(),
                answered.errorType(),
                answered.statusCode(),
                answered.requestId(),
                answered.finishReason(),
                false,
                answered.usage(),
                answered.usageSource(),
                answered.cost(),
                answered.droppedOptions(),
                answered.tags(),
                Duration.ZERO,
                Optional.of(new CacheHit(CacheHit.Kind.EXACT, Optional.of(cost("0.004")), Duration.ofSeconds(5))),
                answered.startedAfter(),
                answered.chunks());
    }

    /** The answer came, and nobody knows its price. */
    static CallRecord unpriced(Attempt attempt) {
        return record(
                attempt,
                CallOutcome.SUCCEEDED,
                true,
                Optional.of(Usage.of(100, 20)),
                UsageSource.REPORTED,
                Optional.empty());
    }

    private static CallRecord record(
            Attempt attempt,
            CallOutcome outcome,
            boolean billable,
            Optional<Usage> usage,
            UsageSource source,
            Optional<Cost> cost) {
        boolean succeeded = outcome == CallOutcome.SUCCEEDED;
        return new CallRecord(
                attempt.id(),
                attempt.callId(),
                1,
                attempt.operation(),
                attempt.provider(),
                attempt.target().telemetryName(),
                attempt.model(),
                succeeded ? Optional.of("gpt-5-mini-2026-08-01") : Optional.empty(),
                attempt.stream(),
                attempt.at(),
                Duration.ofMillis(1200),
                succeeded ? Optional.of(Duration.ofMillis(300)) : Optional.empty(),
                outcome,
                succeeded ? Optional.empty() : Optional.of("some_error"),
                billable ? OptionalInt.of(200) : OptionalInt.empty(),
                Optional.of("req-1"),
                succeeded ? Optional.of(FinishReason.STOP) : Optional.empty(),
                billable,
                usage,
                source,
                cost,
                List.of("seed"),
                attempt.tags());
    }
}
