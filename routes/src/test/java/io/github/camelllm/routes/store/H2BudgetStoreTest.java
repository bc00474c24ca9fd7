package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.call.ExecutorTimer;
import io.github.camelllm.call.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;

class H2BudgetStoreTest extends BudgetStoreContract {
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);

    @Override
    protected BudgetStore newStore() {
        LlmDatabase database = LlmDatabase.open(Map.of("url", "jdbc:h2:mem:" + UUID.randomUUID()));
        Timer timer = new ExecutorTimer(clock, Runnable::run);
        return JdbcBudgetStore.start(
                database,
                new BudgetStoreSettings("test", Duration.ofSeconds(30), Duration.ofSeconds(20), 10_000, 100_000),
                timer,
                database);
    }

    @AfterEach
    void stopClock() {
        clock.shutdownNow();
    }
}
