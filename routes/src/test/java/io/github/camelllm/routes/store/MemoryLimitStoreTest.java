package io.github.camelllm.routes.store;

import io.github.camelllm.call.ExecutorTimer;
import io.github.camelllm.limit.LimitStore;
import io.github.camelllm.limit.MemoryLimitStore;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;

class MemoryLimitStoreTest extends LimitStoreContract {
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private final MemoryLimitStore store = new MemoryLimitStore(new ExecutorTimer(clock, clock));

    @AfterEach
    void stop() {
        clock.shutdownNow();
    }

    @Override
    LimitStore store() {
        return store;
    }
}
