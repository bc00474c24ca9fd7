package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.call.Timer;
import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.routes.testing.TcpGate;
import java.time.Duration;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresBudgetStoreTest extends SharedBudgetStoreContract {
    private final PGSimpleDataSource server =
            (PGSimpleDataSource) Postgres.plain().databaseWithTables();

    @Override
    protected BudgetStore newStore() {
        return start(server.getPortNumbers()[0], settings(Duration.ofSeconds(60), 100_000), timer());
    }

    @Override
    protected BudgetStore newNode(TcpGate gate, BudgetStoreSettings settings, Timer timer) {
        return start(gate.port(), settings, timer);
    }

    private BudgetStore start(int port, BudgetStoreSettings settings, Timer timer) {
        LlmDatabase database = LlmDatabase.open(Map.of(
                "url",
                // Statements go over the wire as text, so that the gate knows them
                "jdbc:postgresql://localhost:" + port + "/" + server.getDatabaseName() + "?prepareThreshold=0",
                "username",
                String.valueOf(server.getUser()),
                "maxConnections",
                "3",
                "connectTimeout",
                "1000"));
        return JdbcBudgetStore.start(database, settings, timer, database);
    }

    @Override
    protected BudgetStoreCounters counters(BudgetStore store) {
        return ((JdbcBudgetStore) store).counters();
    }

    @Override
    protected int serverPort() {
        return server.getPortNumbers()[0];
    }

    @Override
    protected String lastRequest() {
        return "COMMIT";
    }
}
