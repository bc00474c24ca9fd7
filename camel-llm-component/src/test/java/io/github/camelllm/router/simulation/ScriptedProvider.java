package io.github.camelllm.router.simulation;

import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.Usage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A provider whose good and bad times are known beforehand. An answer takes a base time and time for each token, varied at
 * random, and waits while the provider works on as many as it can. The beginning of a conversation that it has seen within
 * five minutes is read from its cache. Callers give up after {@value #TIMEOUT_MILLIS} ms.
 */
final class ScriptedProvider {
    static final double TIMEOUT_MILLIS = 30_000;

    private static final double CACHED_SHARE = 0.8;
    private static final long CACHE_MICROS = 300_000_000L;
    private static final double MINUTE_MICROS = 60e6;
    private static final int LIMIT_PER_MINUTE = 300;
    /** Of the failures of a dying provider one in ten is silence. */
    private static final double HANGING_SHARE = 0.1;

    private final String name;
    private final Speed speed;
    private final boolean befallen;
    private final VirtualTime time;
    private final Map<String, Long> seen = new HashMap<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int running;
    private long minute = -1;
    private int inMinute;

    /**
     * @param baseMillis before the first token
     * @param perInputToken milliseconds
     * @param perOutputToken milliseconds
     * @param capacity requests it works on at the same time
     */
    record Speed(double baseMillis, double perInputToken, double perOutputToken, int capacity) {}

    /** How one call ended. */
    interface Caller {
        void answered(Usage usage);

        void failed(ErrorKind kind, Optional<Duration> retryAfter);
    }

    /** @param befallen whether it is the one that the phases strike */
    ScriptedProvider(String name, Speed speed, boolean befallen, VirtualTime time) {
        this.name = name;
        this.speed = speed;
        this.befallen = befallen;
        this.time = time;
    }

    String name() {
        return name;
    }

    void send(Workload.Request request, Caller caller) {
        // Luck belongs to request and provider, so that every policy has the same.
        SplittableRandom luck = new SplittableRandom(31L * request.number() + name.hashCode());
        double failing = luck.nextDouble();
        double hanging = luck.nextDouble();
        double noise = StrictMath.exp(0.3 * gaussian(luck));
        Optional<Phase> phase = befallen ? Phase.at(time.seconds()) : Optional.empty();
        if (phase.filter(Phase.RUSH::equals).isPresent() && isOverLimit()) {
            double restMicros = (minute + 1) * MINUTE_MICROS - time.micros();
            Duration wait = Duration.ofSeconds((long) Math.ceil(restMicros / 1e6));
            time.in(40, () -> caller.failed(ErrorKind.RATE_LIMITED, Optional.of(wait)));
        } else if (failing < failureRate(phase)) {
            if (hanging < HANGING_SHARE) {
                time.in(TIMEOUT_MILLIS, () -> caller.failed(ErrorKind.TIMEOUT, Optional.empty()));
            } else {
                time.in(150, () -> caller.failed(ErrorKind.UNAVAILABLE, Optional.empty()));
            }
        } else {
            double slowness = phase.filter(Phase.SLOW::equals).isPresent() ? 10 : 1;
            double millis = noise
                    * slowness
                    * (speed.baseMillis()
                            + speed.perInputToken() * request.inputTokens()
                            + speed.perOutputToken() * request.outputTokens());
            work(request, millis, caller);
        }
    }

    private boolean isOverLimit() {
        long now = (long) (time.micros() / MINUTE_MICROS);
        if (now != minute) {
            minute = now;
            inMinute = 0;
        }
        return ++inMinute > LIMIT_PER_MINUTE;
    }

    private double failureRate(Optional<Phase> phase) {
        if (phase.filter(Phase.DEAD::equals).isPresent()) {
            return 1;
        }
        return phase.filter(Phase.DYING::equals).isPresent()
                ? (time.seconds() - Phase.DYING.from()) / Phase.DYING.seconds()
                : 0;
    }

    private static double gaussian(SplittableRandom random) {
        return StrictMath.sqrt(-2 * StrictMath.log1p(-random.nextDouble()))
                * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }

    private void work(Workload.Request request, double millis, Caller caller) {
        boolean[] over = new boolean[1];
        time.in(TIMEOUT_MILLIS, () -> {
            if (!over[0]) {
                over[0] = true;
                caller.failed(ErrorKind.TIMEOUT, Optional.empty());
            }
        });
        Runnable start = () -> {
            running++;
            time.in(millis, () -> {
                running--;
                if (!waiting.isEmpty()) {
                    waiting.remove().run();
                }
                if (!over[0]) {
                    over[0] = true;
                    caller.answered(usage(request));
                }
            });
        };
        if (running < speed.capacity()) {
            start.run();
        } else {
            waiting.add(() -> {
                // A caller that has given up has closed its connection: there is nothing to work for.
                if (!over[0]) {
                    start.run();
                } else if (!waiting.isEmpty()) {
                    waiting.remove().run();
                }
            });
        }
    }

    private Usage usage(Workload.Request request) {
        Long before = seen.put(request.conversation(), time.micros());
        boolean cached = before != null && time.micros() - before < CACHE_MICROS;
        return Usage.builder()
                .inputTokens(request.inputTokens())
                .cacheReadInputTokens(cached ? Math.round(request.inputTokens() * CACHED_SHARE) : 0)
                .outputTokens(request.outputTokens())
                .build();
    }
}
