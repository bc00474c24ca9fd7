package io.github.camelllm.wire;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The wait that a provider asks for, in all the forms seen: numbers of seconds (whole or with a fraction), of milliseconds
 * in {@code retry-after-ms}, durations such as {@code 1m2.5s}, {@code 20ms} or {@code 17s}, and points in time as HTTP
 * dates, RFC 3339 instants or seconds or milliseconds since 1970.
 *
 * <p>A wait of nothing, one that is over, and one of more than a year are no waits.
 */
public final class RetryAfter {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");
    private static final Pattern UNIT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|µs|ns|d|h|m|s)");
    private static final Pattern NOTHING_LEFT = Pattern.compile("0+(\\.0*)?|-\\d{1,15}(\\.\\d*)?");
    /** Larger numbers are seconds since 1970, and above the next bound milliseconds. */
    private static final long EPOCH_SECONDS = 1_000_000_000L;

    private static final long EPOCH_MILLIS = 1_000_000_000_000L;
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final int LONGEST_TEXT = 60;

    private RetryAfter() {}

    /**
     * Reads {@code retry-after-ms} and {@code retry-after} of a failed answer; empty if they ask for no wait, or in a form
     * nobody knows.
     */
    public static Optional<Duration> ofHeaders(WireHeaders headers) {
        return headers.first("retry-after-ms")
                .map(String::trim)
                .filter(value -> NUMBER.matcher(value).matches())
                .map(value -> nanos(value, 1_000_000))
                .filter(RetryAfter::isWait)
                .or(() -> headers.first("retry-after").flatMap(value -> wait(value.trim(), headers)));
    }

    /**
     * Reads the rate limit headers: how long it takes until the limits of which nothing remains are reset, the last of
     * them. A limit's headers differ in the words {@code remaining} and {@code reset}:
     * {@code x-ratelimit-remaining-tokens} and {@code x-ratelimit-reset-tokens},
     * {@code anthropic-ratelimit-requests-remaining} and {@code anthropic-ratelimit-requests-reset}.
     *
     * @return empty if no limit is exhausted, or the headers do not say when it is reset
     */
    public static Optional<Duration> ofExhaustedLimits(WireHeaders headers) {
        Duration[] longest = {Duration.ZERO};
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.contains("ratelimit")
                    && lower.contains("remaining")
                    && NOTHING_LEFT.matcher(value.trim()).matches()) {
                headers.first(lower.replace("remaining", "reset"))
                        .flatMap(reset -> wait(reset.trim(), headers))
                        .filter(wait -> wait.compareTo(longest[0]) > 0)
                        .ifPresent(wait -> longest[0] = wait);
            }
        });
        return Optional.of(longest[0]).filter(RetryAfter::isWait);
    }

    /** Reads a Go or protobuf duration: numbers with units, joined; empty if the text is none. */
    public static Optional<Duration> ofDuration(String text) {
        if (text.length() > LONGEST_TEXT) {
            return Optional.empty();
        }
        Matcher unit = UNIT.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (unit.find() && unit.start() == end) {
            sum = sum.plus(nanos(unit.group(1), nanosOf(unit.group(2))));
            end = unit.end();
        }
        return end > 0 && end == text.length() ? Optional.of(sum) : Optional.empty();
    }

    /** Reads when a limit is reset, in any of the forms; empty if that is over, or in a form nobody knows. */
    static Optional<Duration> reset(String text, WireHeaders headers) {
        return wait(text.trim(), headers);
    }

    private static Optional<Duration> wait(String text, WireHeaders headers) {
        return (NUMBER.matcher(text).matches()
                        ? ofNumber(text, headers)
                        : ofDuration(text).or(() -> ofDate(text, headers)))
                .filter(RetryAfter::isWait);
    }

    private static Optional<Duration> ofNumber(String text, WireHeaders headers) {
        int point = text.indexOf('.');
        long whole = Long.parseLong(point < 0 ? text : text.substring(0, point));
        if (whole > EPOCH_MILLIS) {
            return Optional.of(until(Instant.ofEpochMilli(whole), headers));
        }
        if (whole > EPOCH_SECONDS) {
            return Optional.of(until(Instant.ofEpochSecond(whole), headers));
        }
        return Optional.of(nanos(text, 1_000_000_000));
    }

    private static Optional<Duration> ofDate(String text, WireHeaders headers) {
        return instant(text).map(instant -> until(instant, headers));
    }

    /** Measured on the provider's own clock where it tells the time, since ours may be off. */
    private static Duration until(Instant instant, WireHeaders headers) {
        Instant now = headers.first("date").flatMap(RetryAfter::instant).orElseGet(Instant::now);
        return Duration.between(now, instant);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(
                    text.indexOf(',') < 0
                            ? OffsetDateTime.parse(text).toInstant()
                            : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (DateTimeException e) {
            // Another form, or no date at all: the header tells nothing.
            return Optional.empty();
        }
    }

    private static boolean isWait(Duration wait) {
        return !wait.isZero() && !wait.isNegative() && wait.compareTo(LONGEST) <= 0;
    }

    private static Duration nanos(String number, long nanosPerUnit) {
        int point = number.indexOf('.');
        if (point < 0) {
            return Duration.ofNanos(nanosPerUnit).multipliedBy(Long.parseLong(number));
        }
        return Duration.ofNanos(nanosPerUnit)
                .multipliedBy(Long.parseLong(number.substring(0, point)))
                .plusNanos((long) (Double.parseDouble("0" + number.substring(point)) * nanosPerUnit));
    }

    private static long nanosOf(String unit) {
        switch (unit) {
            case "d":
                return 86_400_000_000_000L;
            case "h":
                return 3_600_000_000_000L;
            case "m":
                return 60_000_000_000L;
            case "s":
                return 1_000_000_000L;
            case "ms":
                return 1_000_000L;
            case "ns":
                return 1L;
            default:
                return 1_000L;
        }
    }
}
