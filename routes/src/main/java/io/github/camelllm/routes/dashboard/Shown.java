package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.Decimals;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** How numbers, amounts and times are written for people. Times are UTC. */
final class Shown {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Shown() {}

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Exact. */
    static String money(long nanos, String currency) {
        return money(Decimals.of(nanos), currency);
    }

    /** Exact: no digit is dropped, and cents are always there. */
    static String money(BigDecimal amount, String currency) {
        BigDecimal stripped = amount.stripTrailingZeros();
        BigDecimal shown = stripped.scale() < 2 ? stripped.setScale(2, RoundingMode.UNNECESSARY) : stripped;
        String text = shown.toPlainString();
        int point = text.indexOf('.');
        int begin = text.startsWith("-") ? 1 : 0;
        StringBuilder grouped = new StringBuilder(text);
        for (int i = point - 3; i > begin; i -= 3) {
            grouped.insert(i, ',');
        }
        return grouped + " " + currency;
    }

    /** What attempts cost, one line for each currency, and how many have a cost that nobody knows. */
    static List<String> costs(CostRow row, ToLongFunction<CostRow.Amounts> amount) {
        List<String> lines = new ArrayList<>();
        row.amounts().forEach((currency, amounts) -> lines.add(money(amount.applyAsLong(amounts), currency)));
        if (row.counts().unpriced() > 0) {
            lines.add(lines.isEmpty() ? "unknown" : "+ " + count(row.counts().unpriced()) + " unknown");
        }
        return lines;
    }

    static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return BigDecimal.valueOf(millis, 3)
                            .setScale(2, RoundingMode.HALF_UP)
                            .toPlainString() + " s";
        }
        return longDuration(duration);
    }

    /** In its two largest units, such as {@code 3 d 4 h}. */
    static String longDuration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds < 86_400
                ? seconds / 3600 + " h " + seconds % 3600 / 60 + " min"
                : seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
    }

    static Cell duration(Optional<Duration> duration) {
        return duration.map(known -> Cell.number(known.toMillis(), duration(known)))
                .orElse(Cell.NONE);
    }

    /** @return a percentage with one place; empty if the whole is nothing */
    static Optional<BigDecimal> percent(long part, long whole) {
        return whole == 0
                ? Optional.empty()
                : Optional.of(BigDecimal.valueOf(part)
                        .multiply(BigDecimal.valueOf(100))
                        .divide(BigDecimal.valueOf(whole), 1, RoundingMode.HALF_UP));
    }

    static Cell percentCell(long part, long whole) {
        return percent(part, whole)
                .map(percent -> Cell.number(percent, percentText(part, percent)))
                .orElse(Cell.NONE);
    }

    static String percentText(long part, long whole) {
        return percent(part, whole).map(percent -> percentText(part, percent)).orElse("–");
    }

    private static String percentText(long part, BigDecimal percent) {
        return part > 0 && percent.signum() == 0 ? "< 0.1 %" : percent.toPlainString() + " %";
    }

    static String seconds(Instant at) {
        return SECONDS.format(at);
    }

    static String millis(Instant at) {
        return MILLIS.format(at);
    }

    static String minutes(Instant at) {
        return MINUTES.format(at);
    }

    static Cell minute(Instant at) {
        return new Cell(at.toString(), minutes(at), String.valueOf(at.getEpochSecond()), null, null, "");
    }
}
