package io.github.camelllm.limit;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.AttemptSize;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CommitPolicy;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.RetryPolicy;
import io.github.camelllm.call.StreamLimits;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import io.github.camelllm.transport.Credentials;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Attempts of made-up calls, and how they end. */
final class Attempts {
    private final ManualTimer timer;

    Attempts(ManualTimer timer) {
        this.timer = timer;
    }

    Attempt of(long input, long output) {
        return of(input, output, Map.of(), Deadline.NONE);
    }

    Attempt of(long input, long output, Map<String, String> tags) {
        return of(input, output, tags, Deadline.NONE);
    }

    Attempt of(long input, long output, Map<String, String> tags, Deadline deadline) {
        return new Attempt(
                CallId.next(),
                CallId.next(),
                Operation.CHAT,
                ScriptedChannel.target(
                        "openai",
                        "gpt-5-mini",
                        RetryPolicy.NONE,
                        CommitPolicy.FIRST_PIECE,
                        StreamLimits.DEFAULT,
                        timer),
                false,
                tags,
                deadline,
                new Size(input, output),
                timer.clock().instant());
    }

    /** One that is sent with a key of the provider. */
    Attempt ofKey(String key) {
        Attempt attempt = of(1, 1);
        return new Attempt(
                attempt.id(),
                attempt.callId(),
                attempt.operation(),
                attempt.target()
                        .with(
                                Credentials.HeaderKey.bearer(key),
                                attempt.target().health()),
                attempt.stream(),
                attempt.tags(),
                attempt.deadline(),
                attempt.size(),
                attempt.at());
    }

    private record Size(long input, long output) implements AttemptSize {
        @Override
        public long estimatedInputTokens() {
            return input;
        }

        @Override
        public long mostInputTokens() {
            return input * 4;
        }

        @Override
        public OptionalLong exactInputTokens() {
            return OptionalLong.of(input);
        }

        @Override
        public OptionalLong mostOutputTokens() {
            return OptionalLong.of(output);
        }

        @Override
        public boolean mayWriteCache() {
            return false;
        }

        @Override
        public boolean hasMedia() {
            return false;
        }

        @Override
        public OptionalLong mostSearches() {
            return OptionalLong.of(0);
        }
    }

    static CallRecord answered(Attempt attempt, long input, long output) {
        return record(attempt, CallOutcome.SUCCEEDED, OptionalInt.of(200), true, Optional.of(Usage.of(input, output)));
    }

    static CallRecord refused(Attempt attempt, int status) {
        return record(attempt, CallOutcome.FAILED, OptionalInt.of(status), false, Optional.empty());
    }

    static CallRecord notSent(Attempt attempt) {
        return record(attempt, CallOutcome.FAILED, OptionalInt.empty(), false, Optional.empty());
    }

    private static CallRecord record(
            Attempt attempt, CallOutcome outcome, OptionalInt status, boolean billable, Optional<Usage> usage) {
        return new CallRecord(
                attempt.id(),
                attempt.callId(),
                1,
                attempt.operation(),
                attempt.provider(),
                "openai",
                attempt.model(),
                Optional.empty(),
                false,
                attempt.at(),
                Duration.ZERO,
                Optional.empty(),
                outcome,
                Optional.empty(),
                status,
                Optional.empty(),
                Optional.empty(),
                billable,
                usage,
                usage.isPresent() ? UsageSource.REPORTED : UsageSource.UNKNOWN,
                Optional.empty(),
                List.of(),
                attempt.tags());
    }
}
