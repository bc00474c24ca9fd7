package io.github.camelllm.routes.store;

import io.github.camelllm.limit.SharedLimitStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisLimitStoreTest extends SharedLimitStoreContract {
    private static RedisProcess redis;
    private static RedisLimitStore one;
    private static RedisLimitStore two;

    static RedisLimitStore open(RedisProcess redis) {
        LlmRedis client = LlmRedis.open(Map.of("uri", redis.uri()));
        return RedisLimitStore.open(client, client);
    }

    @BeforeAll
    static void start() {
        redis = new RedisProcess();
        one = open(redis);
        two = open(redis);
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
            connection.sync().del("{llm}:limit:nodes");
        }
    }
}
