package io.github.camelllm.routes.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

/** Columns that are the parameters of a statement; {@link #add} adds it to a batch. */
final class StatementColumns extends Columns {
    private final PreparedStatement statement;
    private int index;

    StatementColumns(PreparedStatement statement) {
        this.statement = statement;
    }

    @Override
    Columns id(UUID id) throws SQLException {
        statement.setObject(++index, id);
        return this;
    }

    @Override
    Columns flag(boolean value) throws SQLException {
        statement.setBoolean(++index, value);
        return this;
    }

    @Override
    Columns number(long value) throws SQLException {
        statement.setLong(++index, value);
        return this;
    }

    @Override
    Columns small(int value) throws SQLException {
        statement.setInt(++index, value);
        return this;
    }

    @Override
    Columns time(Instant at) throws SQLException {
        statement.setObject(++index, at.atOffset(ZoneOffset.UTC));
        return this;
    }

    @Override
    Columns day(LocalDate day) throws SQLException {
        statement.setObject(++index, day);
        return this;
    }

    @Override
    Columns cutText(String text) throws SQLException {
        statement.setString(++index, text);
        return this;
    }

    @Override
    Columns unknown(int type) throws SQLException {
        statement.setNull(++index, type);
        return this;
    }

    @Override
    void add() throws SQLException {
        statement.addBatch();
        index = 0;
    }
}
