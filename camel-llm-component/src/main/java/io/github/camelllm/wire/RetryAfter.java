package io.github.camelllm.wire;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The wait that a provider asks for, in all the forms seen: {@code retry-after-ms}, {@code retry-after} as seconds (whole
 * or with a fraction) or as an HTTP date, and durations such as {@code 1m2.5s}, {@code 20ms} or {@code 17s}.
 */
public final class RetryAfter {
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
    private static final Pattern UNIT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|µs|ns|d|h|m|s)");

    private RetryAfter() {}

    /** Reads the headers of a failed answer; empty if they ask for no wait, or in a form nobody knows. */
    public static Optional<Duration> ofHeaders(WireHeaders headers) {
        Optional<Duration> millis = headers.first("retry-after-ms")
                .filter(value -> SECONDS.matcher(value.trim()).matches())
                .map(value -> nanos(value.trim(), 1_000_000));
        if (millis.isPresent()) {
            return millis;
        }
        return headers.first("retry-after").flatMap(value -> {
            String trimmed = value.trim();
            if (SECONDS.matcher(trimmed).matches()) {
                return Optional.of(nanos(trimmed, 1_000_000_000));
            }
            Optional<Duration> duration = ofDuration(trimmed);
            return duration.isPresent() ? duration : ofDate(trimmed, headers);
        });
    }

    /** Reads a Go or protobuf duration: numbers with units, joined; empty if the text is none. */
    public static Optional<Duration> ofDuration(String text) {
        Matcher unit = UNIT.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (unit.find() && unit.start() == end) {
            sum = sum.plus(nanos(unit.group(1), nanosOf(unit.group(2))));
            end = unit.end();
        }
        return end > 0 && end == text.length() ? Optional.of(sum) : Optional.empty();
    }

    private static Optional<Duration> ofDate(String text, WireHeaders headers) {
        try {
            Instant until = instant(text);
            // Measured on the provider's own clock where it tells the time, since ours may be off.
            Instant now = headers.first("date").map(RetryAfter::instant).orElseGet(Instant::now);
            Duration wait = Duration.between(now, until);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Instant instant(String httpDate) {
        return ZonedDateTime.parse(httpDate, DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant();
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
