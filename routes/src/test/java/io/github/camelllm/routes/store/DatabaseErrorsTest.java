package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;

class DatabaseErrorsTest {
    private static final String VALUE = "my secret question";

    @Test
    void tellsNothingOfARowThatADatabaseRefuses() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:");
                PreparedStatement create = connection.prepareStatement("create table note (text varchar(3))")) {
            create.execute();
            try (PreparedStatement insert = connection.prepareStatement("insert into note values (?)")) {
                insert.setString(1, VALUE);
                SQLException alone = catchThrowableOfType(SQLException.class, insert::executeUpdate);
                insert.addBatch();
                SQLException batch = catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);

                assertThat(alone.getMessage()).contains(VALUE);
                assertThat(DatabaseErrors.inWords(alone)).isEqualTo("JdbcSQLDataException, SQL state 22001");
                assertThat(DatabaseErrors.inWords(new IllegalStateException("it cannot be kept: " + alone, alone)))
                        .isEqualTo("JdbcSQLDataException, SQL state 22001");
                assertThat(batch.getMessage()).contains(VALUE);
                assertThat(DatabaseErrors.inWords(batch)).matches("Jdbc\\w*BatchUpdateException, SQL state 22001");
            }
        }
    }

    @Test
    void tellsWhyADatabaseIsAway() {
        assertThat(DatabaseErrors.inWords(new SQLException("connection refused", "08001")))
                .isEqualTo("SQLException, SQL state 08001: connection refused");
        assertThat(DatabaseErrors.inWords(new SQLTransientConnectionException("no connection within 30 s")))
                .isEqualTo("SQLTransientConnectionException, no SQL state: no connection within 30 s");
        assertThat(DatabaseErrors.inWords(new NoClassDefFoundError("org/flywaydb/core/Flyway")))
                .isEqualTo("NoClassDefFoundError: org/flywaydb/core/Flyway");
    }

    @Test
    void takesTheStateOfTheNextFailureIfTheFirstHasNone() {
        SQLException first = new BatchUpdateException(VALUE, null, 0, new int[0]);
        first.setNextException(new SQLException(VALUE, "23505"));

        assertThat(DatabaseErrors.stateOf(first)).isEqualTo("23505");
        assertThat(DatabaseErrors.stateOf(new SQLException("without"))).isEmpty();
    }

    @Test
    void tellsALockThatWasNotHadInTimeFromADatabaseThatIsAway() {
        assertThat(DatabaseErrors.isLockTimeout(new SQLException("PostgreSQL", "55P03")))
                .isTrue();
        assertThat(DatabaseErrors.isLockTimeout(new SQLException("H2", "HYT00")))
                .isTrue();
        assertThat(DatabaseErrors.isLockTimeout(new SQLException("read timed out", "08006")))
                .isFalse();
    }
}
