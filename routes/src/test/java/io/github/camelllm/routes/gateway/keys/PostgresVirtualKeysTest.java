package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.routes.testing.Postgres;
import java.util.Map;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresVirtualKeysTest extends SharedVirtualKeysContract {
    private final PGSimpleDataSource database =
            (PGSimpleDataSource) Postgres.plain().databaseWithTables();

    @Override
    Map<String, String> properties() {
        return Map.of(
                "llm.gateway.keys.store",
                "jdbc",
                "llm.jdbc.url",
                database.getUrl(),
                "llm.jdbc.username",
                String.valueOf(database.getUser()),
                "llm.jdbc.password",
                database.getPassword() == null ? "" : database.getPassword(),
                "llm.jdbc.maxConnections",
                "3");
    }

    @Override
    DataSource database() {
        return database;
    }
}
