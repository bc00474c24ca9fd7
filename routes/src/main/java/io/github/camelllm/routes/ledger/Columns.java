package io.github.camelllm.routes.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Fills the parameters of a statement one after the other. Texts are cut to what their columns take. */
final class Columns {
    private final PreparedStatement statement;
    private int index;

    Columns(PreparedStatement statement) {
        this.statement = statement;
    }

    Columns id(UUID id) throws SQLException {
        statement.setObject(++index, id);
        return this;
    }

    Columns text(String text, int most) throws SQLException {
        statement.setString(++index, cut(text, most));
        return this;
    }

    Columns text(Optional<String> text, int most) throws SQLException {
        if (text.isPresent()) {
            return text(text.get(), most);
        }
        statement.setNull(++index, Types.VARCHAR);
        return this;
    }

    Columns flag(boolean value) throws SQLException {
        statement.setBoolean(++index, value);
        return this;
    }

    Columns number(long value) throws SQLException {
        statement.setLong(++index, value);
        return this;
    }

    Columns number(OptionalLong value) throws SQLException {
        if (value.isPresent()) {
            return number(value.getAsLong());
        }
        statement.setNull(++index, Types.BIGINT);
        return this;
    }

    Columns small(int value) throws SQLException {
        statement.setInt(++index, value);
        return this;
    }

    Columns small(OptionalInt value) throws SQLException {
        if (value.isPresent()) {
            return small(value.getAsInt());
        }
        statement.setNull(++index, Types.INTEGER);
        return this;
    }

    Columns time(Instant at) throws SQLException {
        statement.setObject(++index, at.atOffset(ZoneOffset.UTC));
        return this;
    }

    Columns day(Optional<LocalDate> day) throws SQLException {
        if (day.isPresent()) {
            statement.setObject(++index, day.get());
        } else {
            statement.setNull(++index, Types.DATE);
        }
        return this;
    }

    /** Ends a row of a batch; the next one begins. */
    void add() throws SQLException {
        statement.addBatch();
        index = 0;
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
