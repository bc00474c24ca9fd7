package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.simulator.RateLimit;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * No 429 and most of the limit used, in minutes of fifteen seconds; {@link LimitMinutes} takes real ones and measures how much.
 * The three run side by side, each against a provider of its own: they mostly wait.
 */
class EightClientsTest {
    private static final Duration TIME = Duration.ofSeconds(25);

    @Test
    void stayUnderTheLimitInOneProcessAndOnEightNodes() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (RedisProcess redis = new RedisProcess()) {
            List<Future<EightClients.Result>> results =
                    threads.invokeAll(List.of(this::inOneProcess, () -> withRedis(redis), this::withPostgres));
            for (Future<EightClients.Result> each : results) {
                EightClients.Result result = each.get();
                assertThat(result.failed()).as(result.toString()).isZero();
                assertThat(result.refused()).as(result.toString()).isZero();
                // How much is a matter of the machine: a busy one wakes callers late
                assertThat(result.used()).as(result.toString()).isBetween(0.6, 1.01);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static EightClients clients() {
        return new EightClients(Duration.ofSeconds(15), RateLimit.Counting.BUCKET, 100, 10_000);
    }

    private EightClients.Result inOneProcess() throws Exception {
        return clients().run(1, "memory", new Properties(), TIME);
    }

    private EightClients.Result withRedis(RedisProcess redis) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("llm.redis.uri", redis.uri());
        return clients().run(8, "redis", properties, TIME);
    }

    private EightClients.Result withPostgres() throws Exception {
        Properties properties = new Properties();
        JdbcLimitStoreTest.properties(Postgres.plain().emptyDatabase())
                .forEach((key, value) -> properties.setProperty("llm.jdbc." + key, value));
        return clients().run(8, "jdbc", properties, TIME);
    }
}
