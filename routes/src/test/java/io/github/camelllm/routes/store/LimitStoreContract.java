package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.limit.LimitBucket;
import io.github.camelllm.limit.LimitStore;
import io.github.camelllm.limit.LimitStore.Taken;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What each store does. */
abstract class LimitStoreContract {
    private final String name = "test-" + UUID.randomUUID();
    /** Ten at once, and one an hour after that: time does not matter in these tests. */
    private final LimitBucket bucket = new LimitBucket(name, 1, Duration.ofHours(1), 10, Instant.MAX);

    private final LimitBucket day = new LimitBucket(
            name + "-day", 10, Duration.ofDays(2), 10, Instant.now().plus(Duration.ofHours(1)));

    abstract LimitStore store();

    @Test
    void reservesWhatIsThereAtOnceAndTheRestWithTheTimeThatItTakes() {
        assertThat(store().reserve(bucket, 8).join()).isZero();
        assertThat(store().reserve(bucket, 5).join())
                .isBetween(
                        Duration.ofMinutes(179).toNanos(), Duration.ofHours(3).toNanos());
        assertThat(store().level(bucket).join()).isEqualTo(-3);
    }

    @Test
    void takesAllOrNothingAndTellsWhatIsLeft() {
        assertThat(store().take(day, 8).join()).isEqualTo(new Taken(true, 0, 2));
        Taken refused = store().take(day, 3).join();
        assertThat(refused.taken()).isFalse();
        assertThat(refused.left()).isEqualTo(2);
        assertThat(refused.waitNanos()).isPositive();
        assertThat(store().take(day, 2).join()).isEqualTo(new Taken(true, 0, 0));
    }

    @Test
    void whatWasUsedOfADayCountsWhenItsLimitChanges() {
        assertThat(store().take(day, 10).join().taken()).isTrue();

        assertThat(store().take(day(11), 2).join().taken()).isFalse();
        assertThat(store().take(day(11), 1).join()).isEqualTo(new Taken(true, 0, 0));
        assertThat(store().take(day(8), 1).join().taken()).isFalse();
        assertThat(store().level(day(8)).join()).isEqualTo(-3);
        store().adjust(day(10), 4).join();
        assertThat(store().take(day(8), 1).join()).isEqualTo(new Taken(true, 0, 0));
    }

    @Test
    void givesBackOfADayNotBeyondFullAndTakesBeyondEmpty() {
        store().adjust(day, 3).join();
        assertThat(store().level(day).join()).isEqualTo(10);
        store().adjust(day, -15).join();
        assertThat(store().level(day).join()).isEqualTo(-5);
        store().adjust(day, 100).join();
        assertThat(store().level(day).join()).isEqualTo(10);
        store().reserve(day, 4).join();
        assertThat(store().level(day).join()).isEqualTo(6);
    }

    /** The same day with another limit. */
    private LimitBucket day(long amount) {
        return new LimitBucket(day.key(), amount, day.period(), amount, day.end());
    }

    @Test
    void givesBackNotBeyondFullAndTakesBeyondEmpty() {
        store().reserve(bucket, 4).join();
        store().adjust(bucket, 2).join();
        assertThat(store().level(bucket).join()).isEqualTo(8);
        store().adjust(bucket, 100).join();
        assertThat(store().level(bucket).join()).isEqualTo(10);
        store().adjust(bucket, -15).join();
        assertThat(store().level(bucket).join()).isEqualTo(-5);
        store().adjust(bucket, 0).join();
        assertThat(store().level(bucket).join()).isEqualTo(-5);
    }

    @Test
    void hasSoManyPlacesAndNoMoreThoughManyAskAtOnce() {
        long entered = IntStream.range(0, 40).mapToObj(i -> store().enter(name, 7)).toList().stream()
                .filter(CompletableFuture::join)
                .count();
        assertThat(entered).isEqualTo(7);
        store().leave(name).join();
        assertThat(store().enter(name, 7).join()).isTrue();
        assertThat(store().enter(name, 7).join()).isFalse();
    }

    @Test
    void keepsNamesOfAnyLengthApart() {
        String longName = name + "x".repeat(2000);
        LimitBucket one = new LimitBucket(longName + "1", 1, Duration.ofHours(1), 10, Instant.MAX);
        LimitBucket two = new LimitBucket(longName + "2", 1, Duration.ofHours(1), 10, Instant.MAX);
        store().reserve(one, 10).join();
        assertThat(store().level(two).join()).isEqualTo(10);
        assertThat(store().enter(longName + "1", 1).join()).isTrue();
        assertThat(store().enter(longName + "2", 1).join()).isTrue();
    }
}
