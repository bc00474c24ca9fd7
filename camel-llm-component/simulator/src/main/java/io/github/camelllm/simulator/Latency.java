package io.github.camelllm.simulator;

import io.github.camelllm.wire.RetryAfter;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long something takes: a distribution from which each request draws. */
public sealed interface Latency {
    /** No wait at all. */
    Latency NONE = new Fixed(Duration.ZERO);

    /** One drawn duration, never negative. */
    Duration sample(SplittableRandom random);

    /** Always the same. */
    record Fixed(Duration duration) implements Latency {
        public Fixed {
            if (duration.isNegative()) {
                throw new IllegalArgumentException("latency: expected a duration of 0 or more, got " + duration);
            }
        }

        @Override
        public Duration sample(SplittableRandom random) {
            return duration;
        }
    }

    /** Every duration between the two is as likely. */
    record Uniform(Duration least, Duration most) implements Latency {
        public Uniform {
            if (least.isNegative() || most.compareTo(least) < 0) {
                throw new IllegalArgumentException(
                        "latency: expected 0 <= least <= most, got " + least + " and " + most);
            }
        }

        @Override
        public Duration sample(SplittableRandom random) {
            return Duration.ofNanos(random.nextLong(least.toNanos(), most.toNanos() + 1));
        }
    }

    /**
     * Log-normal, the shape that latencies of real services have: half of the draws are below the median and one in a
     * hundred is above {@code p99}. A draw is never longer than ten times {@code p99}.
     */
    record LogNormal(Duration median, Duration p99) implements Latency {
        /** The standard normal quantile of 0.99. */
        private static final double Z99 = 2.3263478740408408;

        public LogNormal {
            if (median.isZero() || median.isNegative() || p99.compareTo(median) < 0) {
                throw new IllegalArgumentException(
                        "latency: expected 0 < median <= p99, got " + median + " and " + p99);
            }
        }

        @Override
        public Duration sample(SplittableRandom random) {
            double sigma = Math.log((double) p99.toNanos() / median.toNanos()) / Z99;
            double nanos = median.toNanos() * Math.exp(sigma * random.nextGaussian());
            return Duration.ofNanos((long) Math.min(nanos, 10.0 * p99.toNanos()));
        }
    }

    static Latency fixed(Duration duration) {
        return new Fixed(duration);
    }

    static Latency uniform(Duration least, Duration most) {
        return new Uniform(least, most);
    }

    static Latency logNormal(Duration median, Duration p99) {
        return new LogNormal(median, p99);
    }

    /**
     * Reads {@code 200ms}, {@code 100ms..1s} (uniform) or {@code 300ms~2s} (log-normal of median and 99th percentile).
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    static Latency parse(String text) {
        Matcher pair = Texts.PAIR.matcher(text.trim());
        Optional<Latency> latency = Optional.empty();
        if (pair.matches()) {
            Optional<Duration> left = duration(pair.group(1));
            Optional<Duration> right = duration(pair.group(3));
            if (left.isPresent() && right.isPresent()) {
                latency = Optional.of(
                        pair.group(2).equals("~")
                                ? new LogNormal(left.get(), right.get())
                                : new Uniform(left.get(), right.get()));
            }
        } else {
            latency = duration(text).map(Fixed::new);
        }
        return latency.orElseThrow(() -> new IllegalArgumentException(
                "latency: expected a duration such as 200ms, a range such as 100ms..1s, or a log-normal distribution"
                        + " such as 300ms~2s (median~99th percentile), got '" + text + "'"));
    }

    private static Optional<Duration> duration(String text) {
        return text.trim().equals("0") ? Optional.of(Duration.ZERO) : RetryAfter.ofDuration(text.trim());
    }

    /** Holds the pattern, which an interface cannot keep to itself. */
    final class Texts {
        private static final Pattern PAIR = Pattern.compile("([^.~]+(?:\\.\\d[^.~]*)?)(~|\\.\\.)(.+)");

        private Texts() {}
    }
}
