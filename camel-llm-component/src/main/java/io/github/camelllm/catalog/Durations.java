package io.github.camelllm.catalog;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: {@code 800ms}, {@code 2s}, {@code 1m30s}, {@code 7d}, and ISO 8601 such as {@code PT2S}. */
public final class Durations {
    /** What {@link #parse(String)} takes, for errors. */
    public static final String EXPECTED = "a duration above 0 of at most 24 hours, such as 800ms, 2s or 1m30s";

    private static final Duration MOST = Duration.ofHours(24);
    private static final Pattern PARTS =
            Pattern.compile("(?:(\\d{1,5})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

    private Durations() {}

    /** Empty if the text is no duration, or none that makes sense for a call. */
    public static Optional<Duration> parse(String text) {
        return parse(text, MOST);
    }

    /** Empty if the text is no duration above 0, or a longer one than makes sense. */
    public static Optional<Duration> parse(String text, Duration most) {
        return read(text.trim())
                .filter(duration -> duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(most) <= 0);
    }

    private static Optional<Duration> read(String text) {
        if (text.startsWith("P") || text.startsWith("p")) {
            try {
                return Optional.of(Duration.parse(text));
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        }
        Matcher parts = PARTS.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(number(parts.group(1)))
                .plusHours(number(parts.group(2)))
                .plusMinutes(number(parts.group(3)))
                .plusSeconds(number(parts.group(4)))
                .plusMillis(number(parts.group(5))));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
