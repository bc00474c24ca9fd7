package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopiedColumnsTest {
    private static final List<String> COLUMNS = List.of("id", "name", "yes", "big", "small", "at", "day");
    private static final UUID ID = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");

    private final TestLedger ledger = TestLedger.on(TestLedger.Server.POSTGRESQL);
    private final LlmDatabase database = ledger.database();
    private Connection connection;

    @BeforeEach
    void makesATable() throws SQLException {
        connection = database.connection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table kinds (id uuid, name varchar(4000), yes boolean, big bigint, small integer,"
                    + " at timestamp with time zone, day date)");
        }
        connection.commit();
    }

    @AfterEach
    void closes() throws SQLException {
        try (ledger;
                Connection last = connection) {
            last.rollback();
        }
    }

    @Test
    void givesEachKindOfValueAsAStatementDoes() throws SQLException {
        CopiedColumns.copy(connection, "kinds", COLUMNS, CopiedColumnsTest::kinds);
        List<List<Object>> copied = rows();
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into kinds (" + String.join(", ", COLUMNS) + ") values (?, ?, ?, ?, ?, ?, ?)")) {
            kinds(new StatementColumns(insert));
            insert.executeBatch();
        }

        assertThat(copied)
                .contains(Arrays.asList(
                        ID,
                        "tab\t, line\r\n, back\\slash, \\N, 日本 𝄞",
                        true,
                        Long.MIN_VALUE,
                        Integer.MIN_VALUE,
                        OffsetDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000, ZoneOffset.UTC),
                        LocalDate.of(1999, 12, 31)))
                .hasSize(3)
                .isEqualTo(rows());
    }

    private static void kinds(Columns columns) throws SQLException {
        columns.id(ID)
                .text("tab\t, line\r\n, back\\slash, \\N, 日本 𝄞", 100)
                .flag(true)
                .number(Long.MIN_VALUE)
                .small(Integer.MIN_VALUE)
                .time(Instant.parse("1969-12-31T23:59:59.999999Z"))
                .day(LocalDate.of(1999, 12, 31))
                .add();
        columns.id(ID)
                .text("", 100)
                .flag(false)
                .number(Long.MAX_VALUE)
                .small(Integer.MAX_VALUE)
                .time(Instant.parse("2262-01-01T00:00:00.000001Z"))
                .day(LocalDate.of(2026, 11, 27))
                .add();
        columns.id(ID)
                .text(Optional.empty(), 100)
                .flag(true)
                .number(OptionalLong.empty())
                .small(OptionalInt.empty())
                .time(Instant.EPOCH)
                .day(Optional.empty())
                .add();
    }

    @Test
    void takesMoreRowsThanFitItsBuffer() throws SQLException {
        String longest = "\u20AC".repeat(4000);
        CopiedColumns.copy(connection, "kinds", List.of("big", "name"), columns -> {
            for (int i = 0; i < 100; i++) {
                columns.number(i).text(longest, 4000).add();
            }
        });
        connection.commit();

        assertThat(ledger.query("select count(*), count(distinct big), min(length(name)) from kinds"))
                .containsExactly("100 100 4000");
    }

    @ParameterizedTest
    @ValueSource(classes = {ArithmeticException.class, AssertionError.class, OutOfMemoryError.class})
    void leavesNothingBehindAndTheConnectionUsableWhereARowCannotBeWritten(Class<? extends Throwable> why)
            throws SQLException {
        assertThatThrownBy(() -> CopiedColumns.copy(connection, "kinds", COLUMNS, columns -> {
                    kinds(columns);
                    throwOne(why);
                }))
                .isExactlyInstanceOf(why)
                .hasNoSuppressedExceptions();

        connection.rollback();
        assertThat(rows()).isEmpty();
    }

    @SuppressWarnings("unchecked") // thrown as what it is
    private static <E extends Throwable> void throwOne(Class<? extends Throwable> why) throws E {
        try {
            throw (E) why.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("no exception to throw", e);
        }
    }

    @Test
    void saysWithItsStateWhatTheDatabaseRefuses() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create unique index kinds_id on kinds (id)");
        }
        connection.commit();

        assertThatThrownBy(() -> CopiedColumns.copy(connection, "kinds", COLUMNS, CopiedColumnsTest::kinds))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
        connection.rollback();

        assertThat(rows()).isEmpty();
    }

    @Test
    void refusesARowThatIsNotWhole() {
        assertThatThrownBy(() -> CopiedColumns.copy(
                        connection, "kinds", COLUMNS, columns -> columns.id(ID).add()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("6 of 7 columns are missing");
    }

    private List<List<Object>> rows() throws SQLException {
        List<List<Object>> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select distinct * from kinds order by big")) {
            while (rows.next()) {
                all.add(Arrays.asList(
                        rows.getObject(1),
                        rows.getObject(2),
                        rows.getObject(3),
                        rows.getObject(4),
                        rows.getObject(5),
                        rows.getObject(6, OffsetDateTime.class),
                        rows.getObject(7, LocalDate.class)));
            }
        }
        return all;
    }
}
