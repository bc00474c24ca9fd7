package io.github.camelllm.routes.cache;

import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.cache.MemoryCacheStore;
import io.github.camelllm.routes.testing.ManualClock;
import java.time.Duration;

class MemoryCacheStoreTest extends CacheStoreContract {
    private final ManualClock clock = new ManualClock();
    private final MemoryCacheStore store = new MemoryCacheStore(10_000_000, clock::nanoTime);

    @Override
    CacheStore store() {
        return store;
    }

    @Override
    void pass(Duration time) {
        clock.advance(time);
    }
}
