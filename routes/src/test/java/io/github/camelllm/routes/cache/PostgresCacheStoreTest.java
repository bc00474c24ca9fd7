package io.github.camelllm.routes.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.Postgres;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresCacheStoreTest extends JdbcCacheStoreContract {
    @Override
    LlmDatabase open() {
        PGSimpleDataSource source = (PGSimpleDataSource) Postgres.plain().databaseWithTables();
        return LlmDatabase.open(Map.of("url", source.getUrl(), "username", String.valueOf(source.getUser())));
    }

    @Test
    void largeAnswersAreKept() throws Exception {
        byte[] value = new byte[5_000_000];
        get(store.put(key(6), value, HOUR));

        assertThat(get(store.get(key(6))).orElseThrow()).isEqualTo(value);
    }

    @Test
    void databaseThatIsDownFailsTheFuture() {
        LlmDatabase down =
                LlmDatabase.open(Map.of("url", "jdbc:postgresql://localhost:1/none", "connectTimeout", "250"));
        try (JdbcCacheStore store = new JdbcCacheStore(down, clock, down)) {
            assertThatThrownBy(() -> get(store.get(key(1)))).isInstanceOf(ExecutionException.class);
        }
    }
}
