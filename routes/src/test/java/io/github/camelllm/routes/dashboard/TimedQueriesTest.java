package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimedQueriesTest {
    @ParameterizedTest
    @EnumSource(Server.class)
    void aQueryThatTakesTooLongIsStoppedAndKnownAsSuch(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            TimedQueries queries = new TimedQueries(ledger.database(), Duration.ofSeconds(1));
            String endless = "select sum(x) from " + (server == Server.H2 ? "system_range" : "generate_series")
                    + "(1, 1000000000000) as g(x)";

            assertThatThrownBy(() -> queries.list(endless, 1, List.of(), row -> row.getLong(1)))
                    .isInstanceOfSatisfying(
                            SQLException.class, failure -> assertThat(DashboardSite.tookTooLong(failure))
                                    .isTrue());
            assertThat(queries.list("select 1", 1, List.of(), row -> row.getLong(1)))
                    .containsExactly(1L);
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void noMoreRowsAreReadThanAskedFor(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            TimedQueries queries = new TimedQueries(ledger.database(), Duration.ofSeconds(5));
            String many = "select * from " + (server == Server.H2 ? "system_range" : "generate_series") + "(1, 1000)";
            assertThat(queries.list(many, 7, List.of(), row -> row.getLong(1))).hasSize(7);
        }
    }
}
