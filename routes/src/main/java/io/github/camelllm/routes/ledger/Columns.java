package io.github.camelllm.routes.ledger;

import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Takes the columns of a row one after the other. Texts are cut to what their columns take. */
abstract class Columns {
    abstract Columns id(UUID id) throws SQLException;

    abstract Columns flag(boolean value) throws SQLException;

    abstract Columns number(long value) throws SQLException;

    abstract Columns small(int value) throws SQLException;

    abstract Columns time(Instant at) throws SQLException;

    abstract Columns day(LocalDate day) throws SQLException;

    /** A text that fits its column. */
    abstract Columns cutText(String text) throws SQLException;

    /** @param type one of {@link Types} */
    abstract Columns unknown(int type) throws SQLException;

    /** Ends a row; the next one begins. */
    abstract void add() throws SQLException;

    final Columns text(String text, int most) throws SQLException {
        return cutText(cut(text, most));
    }

    final Columns text(Optional<String> text, int most) throws SQLException {
        return text.isPresent() ? text(text.get(), most) : unknown(Types.VARCHAR);
    }

    final Columns number(OptionalLong value) throws SQLException {
        return value.isPresent() ? number(value.getAsLong()) : unknown(Types.BIGINT);
    }

    final Columns small(OptionalInt value) throws SQLException {
        return value.isPresent() ? small(value.getAsInt()) : unknown(Types.INTEGER);
    }

    final Columns day(Optional<LocalDate> day) throws SQLException {
        return day.isPresent() ? day(day.get()) : unknown(Types.DATE);
    }

    /** A text that every database takes: without the character 0, which PostgreSQL does not know, and not too long. */
    static String cut(String text, int most) {
        String clean = text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
        if (clean.length() <= most) {
            return clean;
        }
        return clean.substring(0, Character.isHighSurrogate(clean.charAt(most - 1)) ? most - 1 : most);
    }
}
