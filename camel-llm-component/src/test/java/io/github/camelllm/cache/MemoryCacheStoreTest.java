package io.github.camelllm.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.ManualTimer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryCacheStoreTest {
    private final ManualTimer timer = new ManualTimer();
    private final MemoryCacheStore store = new MemoryCacheStore(10_000, timer::nanoTime);

    @Test
    void givesWhatWasPutUntilItsTimeIsUp() {
        store.put("a", new byte[] {1}, Duration.ofSeconds(10));
        store.put("a", new byte[] {2}, Duration.ofSeconds(20));
        timer.advance(Duration.ofSeconds(15));

        assertThat(store.get("a").join().orElseThrow()).containsExactly(2);
        timer.advance(Duration.ofSeconds(5));
        assertThat(store.get("a").join()).isEmpty();
        assertThat(store.get("b").join()).isEmpty();
    }

    @Test
    void isBoundedByItsBytes() {
        for (int i = 0; i < 100; i++) {
            store.put("key" + i, new byte[1_000], Duration.ofHours(1));
        }
        assertThat(store.weight()).isBetween(1L, 10_000L);
    }

    @Test
    void whatIsLargerThanAllIsNotKept() {
        store.put("a", new byte[20_000], Duration.ofHours(1));

        assertThat(store.weight()).isZero();
    }
}
