package io.github.camelllm.routes.ledger.reconcile;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads the values that exports are made of. Times without a zone are UTC: providers bill by it. */
final class ExportValues {
    /** More digits than any amount of money has; a number with an exponent of millions must not be written out. */
    private static final int MOST_DIGITS = 40;

    /** Ends in a word, such as {@code PST}, which names a zone without saying what it is. */
    private static final Pattern NAMED_ZONE = Pattern.compile("(?i).*(?<![a-z])(?!UTC$|GMT$|AM$|PM$|Z$)[a-z]+");

    private ExportValues() {}

    /** @param where names the place in errors */
    static BigDecimal decimal(String text, String where) {
        try {
            BigDecimal number = new BigDecimal(text.strip());
            if (Math.abs((long) number.scale()) > MOST_DIGITS || number.precision() > MOST_DIGITS) {
                throw new ExportException(where + ": expected a number of at most " + MOST_DIGITS + " digits");
            }
            return number;
        } catch (NumberFormatException e) {
            throw new ExportException(where + ": expected a number but came '" + shortened(text) + "'", e);
        }
    }

    static long count(BigDecimal number, String where) {
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            throw new ExportException(where + ": expected a whole number but came " + number, e);
        }
    }

    static long count(String text, String where) {
        return count(decimal(text, where), where);
    }

    /** A day, a time with or without an offset from UTC, or seconds since 1970. A zone's name is refused, as it may mean several. */
    static LocalDate day(String text, String where) {
        String value = text.strip();
        try {
            if (value.matches("\\d{9,11}")) {
                return LocalDate.ofInstant(Instant.ofEpochSecond(Long.parseLong(value)), ZoneOffset.UTC);
            }
            if (value.length() <= 10) {
                return LocalDate.parse(value);
            }
            String time = value.substring(10).strip();
            boolean zoned = time.endsWith("Z") || time.indexOf('+') >= 0 || time.indexOf('-') >= 0;
            if (!zoned) {
                if (NAMED_ZONE.matcher(time).matches()) {
                    throw new ExportException(
                            where + ": expected a time in UTC or with its offset, but came '" + shortened(text) + "'");
                }
                return LocalDate.parse(value.substring(0, 10));
            }
            return OffsetDateTime.parse(value.replaceFirst("^(.{10}) ", "$1T"))
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .toLocalDate();
        } catch (DateTimeException e) {
            throw new ExportException(
                    where + ": expected a day such as 2026-10-17 or a time, but came '" + shortened(text) + "'", e);
        }
    }

    static String currency(String text, String where) {
        String code = text.strip().toUpperCase(Locale.ROOT);
        if (!code.matches("[A-Z]{3}")) {
            throw new ExportException(where + ": expected a currency such as USD but came '" + shortened(text) + "'");
        }
        return code;
    }

    static UUID uuid(String text, String where) {
        try {
            return UUID.fromString(text.strip());
        } catch (IllegalArgumentException e) {
            throw new ExportException(where + ": expected a UUID but came '" + shortened(text) + "'", e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
