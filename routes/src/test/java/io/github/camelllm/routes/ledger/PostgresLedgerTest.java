package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.Postgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresLedgerTest extends LedgerContract {
    private final PGSimpleDataSource source =
            (PGSimpleDataSource) Postgres.plain().databaseWithTables();
    private final PGSimpleDataSource admin =
            (PGSimpleDataSource) Postgres.plain().databaseWithTables();

    @Override
    LlmDatabase open(Duration connectTimeout) {
        return open(source.getUrl(), connectTimeout);
    }

    @Override
    LlmDatabase openHasty() {
        String url = source.getUrl();
        return open(url + (url.contains("?") ? "&" : "?") + "options=-c%20lock_timeout=50", LedgerRun.LONG);
    }

    private LlmDatabase open(String url, Duration connectTimeout) {
        Map<String, String> properties = new HashMap<>();
        properties.put("url", url);
        properties.put("username", source.getUser());
        properties.put("connectTimeout", String.valueOf(connectTimeout.toMillis()));
        return LlmDatabase.open(properties);
    }

    @Override
    void goAway() throws SQLException {
        Postgres.execute(
                admin,
                "alter database " + source.getDatabaseName() + " allow_connections false",
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + source.getDatabaseName()
                        + "'");
    }

    @Override
    void comeBack() throws SQLException {
        Postgres.execute(admin, "alter database " + source.getDatabaseName() + " allow_connections true");
    }
}
