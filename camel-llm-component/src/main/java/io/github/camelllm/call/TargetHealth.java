package io.github.camelllm.call;

import io.github.camelllm.call.TargetSnapshot.Circuit;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.Usage;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How one target is doing: its circuit breaker, a pause that its provider asked for, and what its answers have taken lately.
 * Fed by every call to the target, whichever route makes it. Thread-safe.
 *
 * <p>A failure of the provider (no answer, a timeout, an unreadable answer, a refused key) counts against the circuit; a
 * request that is wrong or withheld does not, and a rate limit pauses the target for as long as it says.
 */
public final class TargetHealth {
    /** Time in which a moving average forgets most of what was before. */
    private static final double FORGET_MILLIS = 10_000;

    private final String name;
    private final Clock clock;
    private final HealthSettings settings;
    private final CircuitBreaker breaker;
    private final AtomicInteger underWay = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final PeakAverage latency = new PeakAverage();
    private final PeakAverage firstChunk = new PeakAverage();
    private final Average throughput = new Average();
    private final Average outputTokens = new Average();
    private final Average cacheShare = new Average();
    private final Recent latencies = new Recent();
    private final Recent firstChunks = new Recent();
    private long calls;
    private long failures;
    /** Written with the lock. */
    private volatile Instant pausedUntil = Instant.MIN;

    private volatile Instant openUntil = Instant.MIN;

    /** @param name provider and model, for people */
    public TargetHealth(String name, HealthSettings settings, Clock clock) {
        this.name = name;
        this.clock = clock;
        this.settings = settings;
        breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .failureRateThreshold(settings.failureRatePercent())
                        .slidingWindowSize(settings.window())
                        .minimumNumberOfCalls(settings.minCalls())
                        .waitDurationInOpenState(settings.openFor())
                        .permittedNumberOfCallsInHalfOpenState(settings.probes())
                        .clock(clock)
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> {
            if (event.getStateTransition().getToState() == CircuitBreaker.State.OPEN) {
                openUntil = clock.instant().plus(settings.openFor());
            }
        });
    }

    /** Provider and model. */
    public String name() {
        return name;
    }

    /**
     * Whether a call may be sent. If so and the call then is not sent or is cancelled, {@link #release()} must be told.
     */
    public boolean tryAcquire() {
        return !isPaused() && breaker.tryAcquirePermission();
    }

    /** Gives back a permission that was not used, or whose call was cancelled. */
    public void release() {
        breaker.releasePermission();
    }

    private boolean isPaused() {
        Instant until = pausedUntil;
        return !until.equals(Instant.MIN) && until.isAfter(clock.instant());
    }

    /** A call is on its way; {@link #ended} follows. */
    public void started() {
        underWay.incrementAndGet();
    }

    /** @param failure null if the call succeeded or was cancelled */
    public void ended(CallRecord record, @Nullable LlmException failure) {
        underWay.decrementAndGet();
        if (record.outcome() == CallOutcome.CANCELLED) {
            return;
        }
        long nanos = record.latency().toNanos();
        if (failure != null && isProvidersFault(failure.kind())) {
            breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        } else if (!record.billable() && record.statusCode().isEmpty()) {
            // The request was wrong and never sent, which tells nothing of the provider.
            breaker.releasePermission();
        } else {
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        }
        lock.lock();
        try {
            calls++;
            if (failure != null) {
                failures++;
                pauseAfter(failure);
            } else {
                add(record);
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isProvidersFault(ErrorKind kind) {
        return kind == ErrorKind.UNAVAILABLE
                || kind == ErrorKind.TIMEOUT
                || kind == ErrorKind.MALFORMED_RESPONSE
                || kind == ErrorKind.AUTHENTICATION;
    }

    private void pauseAfter(LlmException failure) {
        Optional<Duration> pause = failure.retryAfter();
        if (pause.isEmpty() && failure.kind() == ErrorKind.RATE_LIMITED) {
            pause = Optional.of(failure.isRetryable() ? settings.rateLimitCooldown() : settings.quotaCooldown());
        }
        if (pause.isPresent()) {
            Instant until = clock.instant().plus(pause.get());
            pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
        }
    }

    private void add(CallRecord record) {
        double now = clock.millis();
        double millis = record.latency().toNanos() / 1e6;
        latency.add(millis, now);
        latencies.add(record.latency());
        if (record.stream() && record.timeToFirstChunk().isPresent()) {
            Duration first = record.timeToFirstChunk().get();
            firstChunk.add(first.toNanos() / 1e6, now);
            firstChunks.add(first);
        }
        record.usage().ifPresent(usage -> addUsage(record, usage, millis));
    }

    private void addUsage(CallRecord record, Usage usage, double millis) {
        OptionalLong output = usage.outputTokens();
        if (output.isPresent()) {
            outputTokens.add(output.getAsLong());
            double writing = millis
                    - record.timeToFirstChunk()
                            .map(first -> first.toNanos() / 1e6)
                            .orElse(0.0);
            if (record.stream() && writing >= 1 && output.getAsLong() > 1) {
                throughput.add((output.getAsLong() - 1) * 1000.0 / writing);
            }
        }
        OptionalLong input = usage.inputTokens();
        if (input.isPresent() && input.getAsLong() > 0) {
            cacheShare.add((double) usage.cacheReadInputTokens().orElse(0) / input.getAsLong());
        }
    }

    /** How the target has been doing up to now. */
    public TargetSnapshot snapshot() {
        Instant now = clock.instant();
        lock.lock();
        try {
            Instant until = pausedUntil;
            Circuit circuit = circuit(now);
            if (circuit == Circuit.OPEN && openUntil.isAfter(until)) {
                until = openUntil;
            }
            boolean closedToCalls = circuit == Circuit.OPEN || until.isAfter(now);
            return new TargetSnapshot(
                    closedToCalls ? Circuit.OPEN : circuit,
                    closedToCalls ? Optional.of(Duration.between(now, until)) : Optional.empty(),
                    underWay.get(),
                    calls,
                    failures,
                    latency.value(),
                    firstChunk.value(),
                    throughput.value(),
                    outputTokens.value(),
                    cacheShare.value(),
                    latencies.p95(),
                    firstChunks.p95());
        } finally {
            lock.unlock();
        }
    }

    /** The breaker itself goes to half open only when it is asked for a permission. */
    private Circuit circuit(Instant now) {
        switch (breaker.getState()) {
            case OPEN:
            case FORCED_OPEN:
                return now.isAfter(openUntil) ? Circuit.HALF_OPEN : Circuit.OPEN;
            case HALF_OPEN:
                return Circuit.HALF_OPEN;
            default:
                return Circuit.CLOSED;
        }
    }

    /** Moving average over about ten values. */
    private static final class Average {
        private static final double SHARE = 0.2;

        private double average = Double.NaN;

        void add(double value) {
            average = Double.isNaN(average) ? value : average + SHARE * (value - average);
        }

        OptionalDouble value() {
            return Double.isNaN(average) ? OptionalDouble.empty() : OptionalDouble.of(average);
        }
    }

    /**
     * Moving average that jumps to a value above it and comes down with time, so that a target that turns slow is noticed at
     * its first slow answer ("peak EWMA").
     */
    private static final class PeakAverage {
        private double average = Double.NaN;
        private double lastMillis;

        void add(double value, double nowMillis) {
            if (Double.isNaN(average) || value > average) {
                average = value;
            } else {
                double old = StrictMath.exp(-Math.max(0, nowMillis - lastMillis) / FORGET_MILLIS);
                average = average * old + value * (1 - old);
            }
            lastMillis = nowMillis;
        }

        OptionalDouble value() {
            return Double.isNaN(average) ? OptionalDouble.empty() : OptionalDouble.of(average);
        }
    }

    /** The last durations, for their percentiles. */
    private static final class Recent {
        private static final int SIZE = 256;
        private static final int LEAST = 20;
        private static final int RECOMPUTE = 16;

        private final long[] nanos = new long[SIZE];
        private long added;
        private long computedAt;
        private @Nullable Duration p95;

        void add(Duration duration) {
            nanos[(int) (added % SIZE)] = duration.toNanos();
            added++;
        }

        /** Computed where somebody asks, which only routers do for each call. */
        Optional<Duration> p95() {
            if (added >= LEAST && (p95 == null || added - computedAt >= RECOMPUTE)) {
                long[] sorted = Arrays.copyOf(nanos, (int) Math.min(added, SIZE));
                Arrays.sort(sorted);
                p95 = Duration.ofNanos(sorted[(int) Math.ceil(sorted.length * 0.95) - 1]);
                computedAt = added;
            }
            return Optional.ofNullable(p95);
        }
    }
}
