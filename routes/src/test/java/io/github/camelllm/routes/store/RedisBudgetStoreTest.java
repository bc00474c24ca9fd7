package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.call.Timer;
import io.github.camelllm.routes.testing.Redis;
import io.github.camelllm.routes.testing.TcpGate;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisBudgetStoreTest extends SharedBudgetStoreContract {
    private static Redis redis;

    private final String prefix = UUID.randomUUID().toString();

    @BeforeAll
    static void startRedis() {
        redis = new Redis();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @Override
    protected BudgetStore newStore() {
        return start(redis.port(), settings(Duration.ofSeconds(60), 100_000), timer());
    }

    @Override
    protected BudgetStore newNode(TcpGate gate, BudgetStoreSettings settings, Timer timer) {
        return start(gate.port(), settings, timer);
    }

    private BudgetStore start(int port, BudgetStoreSettings settings, Timer timer) {
        LlmRedis client = LlmRedis.open(Map.of("uri", "redis://localhost:" + port, "prefix", prefix));
        return RedisBudgetStore.start(client, settings, timer, client);
    }

    @Override
    protected BudgetStoreCounters counters(BudgetStore store) {
        return ((RedisBudgetStore) store).counters();
    }

    @Override
    protected int serverPort() {
        return redis.port();
    }

    @Override
    protected String lastRequest() {
        return "EVALSHA";
    }
}
