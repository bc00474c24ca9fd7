package io.github.camelllm.routes.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.cache.CacheStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of answers does. */
abstract class CacheStoreContract {
    static final Duration HOUR = Duration.ofHours(1);

    /** A key as the cache makes them: 64 digits. */
    static String key(int number) {
        return String.format("%064x", number);
    }

    abstract CacheStore store();

    /** Lets a time go by that is longer than the one given. */
    abstract void pass(Duration time) throws Exception;

    static <T> T get(CompletableFuture<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(60, TimeUnit.SECONDS);
    }

    @Test
    void givesTheBytesThatWerePut() throws Exception {
        byte[] value = new byte[500_000];
        IntStream.range(0, value.length).forEach(i -> value[i] = (byte) i);
        get(store().put(key(1), value, HOUR));

        assertThat(get(store().get(key(1))).orElseThrow()).isEqualTo(value);
    }

    @Test
    void knowsNothingOfOtherKeys() throws Exception {
        get(store().put(key(2), new byte[] {1}, HOUR));

        assertThat(get(store().get(key(3)))).isEqualTo(Optional.empty());
    }

    @Test
    void laterValueAndItsTimeReplaceTheEarlierOnes() throws Exception {
        get(store().put(key(4), new byte[] {1}, Duration.ofMillis(50)));
        get(store().put(key(4), new byte[] {2}, HOUR));
        pass(Duration.ofMillis(50));

        assertThat(get(store().get(key(4))).orElseThrow()).containsExactly(2);
    }

    @Test
    void forgetsWhenTheTimeIsUp() throws Exception {
        get(store().put(key(5), new byte[] {1}, Duration.ofMillis(50)));
        pass(Duration.ofMillis(50));

        assertThat(get(store().get(key(5)))).isEmpty();
    }

    @Test
    void manyMayWriteAndReadAtOnce() throws Exception {
        CompletableFuture<?>[] writes = IntStream.range(0, 200)
                .mapToObj(i -> store().put(key(100 + i % 10), new byte[] {(byte) (i % 10)}, HOUR))
                .toArray(CompletableFuture<?>[]::new);
        get(CompletableFuture.allOf(writes));

        for (int i = 0; i < 10; i++) {
            assertThat(get(store().get(key(100 + i))).orElseThrow()).containsExactly(i);
        }
    }
}
