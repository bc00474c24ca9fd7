package io.github.camelllm.routes.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.routes.store.LlmRedis;
import io.github.camelllm.routes.testing.Redis;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisCacheStoreTest extends CacheStoreContract {
    private static RedisCacheStore open(Map<String, String> properties) {
        LlmRedis redis = LlmRedis.open(properties);
        return new RedisCacheStore(redis, redis);
    }

    private static Redis redis;

    private RedisCacheStore store;

    @BeforeAll
    static void startServer() {
        redis = new Redis();
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @BeforeEach
    void openStore() {
        store = open(Map.of("uri", redis.uri()));
    }

    @AfterEach
    void closeStore() throws Exception {
        store.close();
    }

    @Override
    CacheStore store() {
        return store;
    }

    /** Redis has a clock of its own, so the time really goes by. */
    @Override
    void pass(Duration time) throws Exception {
        String probe = key(1_000_000);
        get(store.put(probe, new byte[] {1}, time.plusMillis(1)));
        await().until(() -> get(store.get(probe)).isEmpty());
    }

    @Test
    void prefixKeepsApplicationsApart() throws Exception {
        try (RedisCacheStore other = open(Map.of("uri", redis.uri(), "prefix", "other"))) {
            get(store.put(key(7), new byte[] {1}, HOUR));

            assertThat(get(other.get(key(7)))).isEmpty();
        }
    }

    @Test
    void failsAtOnceWhileRedisIsAwayAndWorksWhenItIsBack() throws Exception {
        try (Redis own = new Redis();
                RedisCacheStore lost = open(Map.of("uri", own.uri()))) {
            get(lost.put(key(8), new byte[] {1}, HOUR));
            own.close();
            await().untilAsserted(() ->
                    assertThatThrownBy(() -> get(lost.get(key(8)))).isInstanceOf(ExecutionException.class));
            own.restart();
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .untilAsserted(() -> get(lost.put(key(8), new byte[] {2}, HOUR)));
            assertThat(get(lost.get(key(8))).orElseThrow()).containsExactly(2);
        }
    }

    @Test
    void startsWithoutRedisAndFindsItLater() throws Exception {
        try (Redis own = new Redis()) {
            own.close();
            try (RedisCacheStore early = open(Map.of("uri", own.uri()))) {
                assertThatThrownBy(() -> get(early.get(key(9)))).isInstanceOf(ExecutionException.class);
                own.restart();
                await().atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .untilAsserted(() -> get(early.put(key(9), new byte[] {1}, HOUR)));
            }
        }
    }

    @Test
    void wrongUriIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> open(Map.of("uri", "http://user:secret@host")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("llm.redis.uri must be")
                .hasMessageNotContaining("secret");
    }
}
