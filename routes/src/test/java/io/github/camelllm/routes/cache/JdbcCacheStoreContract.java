package io.github.camelllm.routes.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.routes.testing.Postgres;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract, and what a database does beyond it. */
abstract class JdbcCacheStoreContract extends CacheStoreContract {
    final ManualClock clock = new ManualClock();
    LlmDatabase database;
    JdbcCacheStore store;

    abstract LlmDatabase open();

    @BeforeEach
    void openStore() {
        database = open();
        store = new JdbcCacheStore(database, clock, database);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Override
    CacheStore store() {
        return store;
    }

    @Override
    void pass(Duration time) {
        clock.advance(time);
    }

    @Test
    void deletesOldRows() throws Exception {
        for (int i = 0; i < 30; i++) {
            get(store.put(key(i), new byte[] {1}, Duration.ofSeconds(30)));
        }
        clock.advance(Duration.ofMinutes(2));
        get(store.put(key(31), new byte[] {1}, HOUR));

        await().untilAsserted(() -> assertThat(Postgres.number(database.dataSource(), "select count(*) from llm_cache"))
                .isEqualTo(1));
    }
}
