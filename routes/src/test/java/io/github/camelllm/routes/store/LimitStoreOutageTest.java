package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.call.ExecutorTimer;
import io.github.camelllm.call.Timer;
import io.github.camelllm.limit.DegradingLimitStore;
import io.github.camelllm.limit.LimitBucket;
import io.github.camelllm.limit.LimitSettings;
import io.github.camelllm.limit.LimitStore.Taken;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes whose Redis stops and comes back. */
class LimitStoreOutageTest {
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    private final Timer timer = new ExecutorTimer(clock, clock);
    private final LimitBucket bucket = new LimitBucket("outage", 100, Duration.ofMinutes(1), 100, Instant.MAX);
    private final LimitBucket day = new LimitBucket(
            "outage-day", 100, Duration.ofDays(2), 100, Instant.now().plus(Duration.ofHours(12)));
    private RedisProcess redis;
    private DegradingLimitStore one;
    private DegradingLimitStore two;

    @BeforeEach
    void start() {
        redis = new RedisProcess();
        one = node();
        two = node();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> one.state().equals("up, 2 nodes") && two.state().equals("up, 2 nodes"));
    }

    private DegradingLimitStore node() {
        return new DegradingLimitStore(
                RedisLimitStoreTest.open(redis), timer, Clock.systemUTC(), LimitSettings.DEFAULT);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        redis.close();
        clock.shutdownNow();
    }

    @Test
    void nodesKeepToTheirSharesAndGoBackByThemselves() {
        assertThat(one.take(day, 40).join()).isEqualTo(new Taken(true, 0, 60));
        assertThat(two.take(day, 10).join()).isEqualTo(new Taken(true, 0, 50));
        assertThat(one.enter("outage", 4).join()).isTrue();

        redis.stop();
        // 100 a minute: a node has nine tenths of the half, and begins with nothing
        long wait = one.reserve(bucket, 45).join();
        assertThat(wait)
                .isBetween(
                        Duration.ofSeconds(59).toNanos(), Duration.ofSeconds(61).toNanos());
        assertThat(one.state()).startsWith("lost since ").contains("Redis").endsWith("kept as one of 2 nodes");
        assertThat(two.reserve(bucket, 45).join())
                .isBetween(
                        Duration.ofSeconds(59).toNanos(), Duration.ofSeconds(61).toNanos());

        // Of a day, a node has half of what it saw last
        assertThat(one.take(day, 31).join().taken()).isFalse();
        assertThat(one.take(day, 30).join().taken()).isTrue();
        assertThat(two.take(day, 26).join().taken()).isFalse();

        // Of four places a node has two; one has one of them already
        assertThat(one.enter("outage", 4).join()).isTrue();
        assertThat(one.enter("outage", 4).join()).isFalse();
        assertThat(two.enter("outage", 4).join()).isTrue();

        redis.start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> one.state().startsWith("up") && two.state().startsWith("up"));
        // What was used in the meantime has not been forgotten
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(two.level(day).join()).isEqualTo(70));
        assertThat(two.enter("outage", 4).join()).isTrue();
        assertThat(two.enter("outage", 4).join()).isFalse();
    }

    @Test
    void aStoreThatWasNeverThereIsTakenAsLost() {
        redis.stop();
        DegradingLimitStore lonely = new DegradingLimitStore(
                RedisLimitStoreTest.open(redis), timer, Clock.systemUTC(), new LimitSettings(4, Duration.ofMinutes(1)));
        try {
            assertThat(lonely.reserve(bucket, 9).join())
                    .isBetween(
                            Duration.ofSeconds(23).toNanos(),
                            Duration.ofSeconds(25).toNanos());
            assertThat(lonely.state()).endsWith("kept as one of 4 nodes");
        } finally {
            lonely.close();
        }
    }
}
