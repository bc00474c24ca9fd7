package io.github.camelllm.router.simulation;

import io.github.camelllm.call.CallId;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.HealthSettings;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.TargetHealth;
import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** The component's own health of a target, told of simulated calls. */
final class Health {
    private final String name;
    private final VirtualTime time;
    private final TargetHealth health;

    Health(String name, VirtualTime time) {
        this.name = name;
        this.time = time;
        health = new TargetHealth(name, HealthSettings.DEFAULT, time);
    }

    boolean tryAcquire() {
        return health.tryAcquire();
    }

    void started() {
        health.started();
    }

    void succeeded(double millis, Usage usage) {
        health.ended(record(millis, CallOutcome.SUCCEEDED, Optional.of(usage)), null);
    }

    void failed(double millis, ErrorKind kind, Optional<Duration> retryAfter) {
        health.ended(
                record(millis, CallOutcome.FAILED, Optional.empty()),
                kind.exception(
                        name + " failed",
                        new ErrorDetails(
                                name,
                                name,
                                OptionalInt.empty(),
                                Optional.empty(),
                                "simulated",
                                true,
                                retryAfter,
                                Optional.empty())));
    }

    TargetSnapshot snapshot() {
        return health.snapshot();
    }

    private CallRecord record(double millis, CallOutcome outcome, Optional<Usage> usage) {
        UUID id = CallId.next();
        return new CallRecord(
                id,
                id,
                1,
                Operation.CHAT,
                name,
                name,
                name,
                Optional.empty(),
                false,
                time.instant(),
                Duration.ofNanos(Math.round(millis * 1e6)),
                Optional.empty(),
                outcome,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                usage,
                usage.isPresent() ? UsageSource.REPORTED : UsageSource.UNKNOWN,
                Optional.empty(),
                List.of(),
                Map.of());
    }
}
