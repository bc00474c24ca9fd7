package io.github.camelllm.routes.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.store.LlmDatabase;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class H2CacheStoreTest extends JdbcCacheStoreContract {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    @Override
    LlmDatabase open() {
        return LlmDatabase.open(Map.of("url", "jdbc:h2:mem:cache" + DATABASES.incrementAndGet()));
    }

    @Test
    void answersLongerThanItsColumnAreNotKept() throws Exception {
        get(store.put(key(6), new byte[1_048_577], HOUR));

        assertThat(get(store.get(key(6)))).isEmpty();
    }
}
