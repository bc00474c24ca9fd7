package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.Postgres;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresLedgerTest extends LedgerContract {
    private final PGSimpleDataSource source = (PGSimpleDataSource) Postgres.plain().emptyDatabase();

    @Override
    LlmDatabase open() {
        Map<String, String> properties = new HashMap<>();
        properties.put("url", source.getUrl());
        properties.put("username", source.getUser());
        return LlmDatabase.open(properties);
    }
}
