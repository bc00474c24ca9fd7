package io.github.camelllm.router.simulation;

import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.call.TargetSnapshot.Circuit;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.Usage;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * How a target is doing, kept as the component keeps it: a circuit breaker over the last 20 calls that opens for 30 seconds
 * when half of them failed and lets three probes through after that, a pause where the provider asks for one, and moving
 * averages of which that of latency follows a rise at once.
 */
final class Health {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);
    private static final double FORGET_MILLIS = 10_000;
    private static final double SHARE = 0.2;

    private final VirtualTime time;
    private final CircuitBreaker breaker;
    private Instant openUntil = Instant.MIN;
    private Instant pausedUntil = Instant.MIN;
    private int underWay;
    private long calls;
    private long failures;
    private double latency = Double.NaN;
    private double lastMillis;
    private double outputTokens = Double.NaN;
    private double cacheShare = Double.NaN;

    Health(String name, VirtualTime time) {
        this.time = time;
        breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .failureRateThreshold(50)
                        .slidingWindowSize(20)
                        .minimumNumberOfCalls(5)
                        .waitDurationInOpenState(OPEN_FOR)
                        .permittedNumberOfCallsInHalfOpenState(3)
                        .clock(time)
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> {
            if (event.getStateTransition().getToState() == CircuitBreaker.State.OPEN) {
                openUntil = time.instant().plus(OPEN_FOR);
            }
        });
    }

    boolean tryAcquire() {
        return !pausedUntil.isAfter(time.instant()) && breaker.tryAcquirePermission();
    }

    void started() {
        underWay++;
    }

    void succeeded(double millis, Usage usage) {
        underWay--;
        calls++;
        breaker.onSuccess(Math.round(millis), TimeUnit.MILLISECONDS);
        double now = time.micros() / 1000.0;
        if (Double.isNaN(latency) || millis > latency) {
            latency = millis;
        } else {
            double old = StrictMath.exp(-(now - lastMillis) / FORGET_MILLIS);
            latency = latency * old + millis * (1 - old);
        }
        lastMillis = now;
        outputTokens = average(outputTokens, usage.outputTokens().orElseThrow());
        cacheShare = average(
                cacheShare,
                (double) usage.cacheReadInputTokens().orElseThrow()
                        / usage.inputTokens().orElseThrow());
    }

    private static double average(double before, double value) {
        return Double.isNaN(before) ? value : before + SHARE * (value - before);
    }

    void failed(double millis, ErrorKind kind, Optional<Duration> retryAfter) {
        underWay--;
        calls++;
        failures++;
        if (kind == ErrorKind.RATE_LIMITED) {
            breaker.onSuccess(Math.round(millis), TimeUnit.MILLISECONDS);
        } else {
            breaker.onError(Math.round(millis), TimeUnit.MILLISECONDS, new IllegalStateException(kind.name()));
        }
        retryAfter.map(wait -> time.instant().plus(wait)).ifPresent(until -> {
            pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
        });
    }

    TargetSnapshot snapshot() {
        Instant now = time.instant();
        Instant until = pausedUntil;
        if (breaker.getState() == CircuitBreaker.State.OPEN && openUntil.isAfter(until)) {
            until = openUntil;
        }
        boolean closedToCalls = until.isAfter(now);
        return new TargetSnapshot(
                closedToCalls ? Circuit.OPEN : circuit(),
                closedToCalls ? Optional.of(Duration.between(now, until)) : Optional.empty(),
                underWay,
                calls,
                failures,
                known(latency),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                known(outputTokens),
                known(cacheShare),
                Optional.empty(),
                Optional.empty());
    }

    /** The breaker goes to half open only when it is asked for a permission. */
    private Circuit circuit() {
        return breaker.getState() == CircuitBreaker.State.CLOSED ? Circuit.CLOSED : Circuit.HALF_OPEN;
    }

    private static OptionalDouble known(double average) {
        return Double.isNaN(average) ? OptionalDouble.empty() : OptionalDouble.of(average);
    }
}
