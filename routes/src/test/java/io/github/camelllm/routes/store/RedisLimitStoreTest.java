package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.limit.SharedLimitStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisLimitStoreTest extends SharedLimitStoreContract {
    private static RedisProcess redis;
    private static RedisLimitStore one;
    private static RedisLimitStore two;

    @BeforeAll
    static void start() {
        redis = new RedisProcess();
        one = RedisLimitStore.open(Map.of("uri", redis.uri()));
        two = RedisLimitStore.open(Map.of("uri", redis.uri()));
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        redis.close();
    }

    @Override
    SharedLimitStore one() {
        return one;
    }

    @Override
    SharedLimitStore two() {
        return two;
    }

    @Override
    void forgetNodes() {
        try (RedisClient client = RedisClient.create(redis.uri());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            connection.sync().del("llm:limit:nodes");
        }
    }

    @Test
    void doesNotTellTheUriThatIsWrong() {
        assertThatThrownBy(() -> RedisLimitStore.open(Map.of("uri", "http://:secret@localhost")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("llm.redis.uri must be a URI")
                .hasMessageNotContaining("secret");
    }
}
