package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.simulator.RateLimit;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** No 429 and nearly all of the limit used, in minutes of fifteen seconds; {@link LimitMinutes} takes real ones. */
class EightClientsTest {
    private static final Duration TIME = Duration.ofSeconds(30);

    private final EightClients clients =
            new EightClients(Duration.ofSeconds(15), RateLimit.Counting.BUCKET, 100, 10_000);

    private static void check(EightClients.Result result) {
        assertThat(result.failed()).isZero();
        assertThat(result.refused()).isZero();
        // Less than LimitMinutes has: a busy machine wakes callers late, which matters more in shorter minutes
        assertThat(result.used()).as(result.toString()).isBetween(0.9, 1.01);
    }

    @Test
    void eightThreadsOfOneProcess() throws Exception {
        check(clients.run(1, "memory", new Properties(), TIME));
    }

    @Test
    void eightNodesWithOneRedis() throws Exception {
        try (RedisProcess redis = new RedisProcess()) {
            Properties properties = new Properties();
            properties.setProperty("llm.redis.uri", redis.uri());
            check(clients.run(8, "redis", properties, TIME));
        }
    }

    @Test
    void eightNodesWithOnePostgres() throws Exception {
        Properties properties = new Properties();
        JdbcLimitStoreTest.properties(Postgres.plain().emptyDatabase())
                .forEach((key, value) -> properties.setProperty("llm.jdbc." + key, value));
        check(clients.run(8, "jdbc", properties, TIME));
    }
}
