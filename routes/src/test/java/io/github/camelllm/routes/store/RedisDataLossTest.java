package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.ExecutorTimer;
import io.github.camelllm.call.Hold;
import io.github.camelllm.routes.testing.Redis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redis forgets: all, or what it was told since a snapshot. */
class RedisDataLossTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    private final Redis redis = new Redis();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    private final RedisBudgetStore one = start(LONG);
    private final RedisBudgetStore other = start(LONG);

    private RedisBudgetStore start(Duration nodeTimeout) {
        LlmRedis client = LlmRedis.open(Map.of("uri", redis.uri()));
        return RedisBudgetStore.start(
                client,
                new BudgetStoreSettings("test", nodeTimeout, Duration.ofSeconds(20), 100, 100),
                new ExecutorTimer(clock, Runnable::run),
                client);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        clock.shutdownNow();
        redis.close();
    }

    private static Decision reserve(RedisBudgetStore store, UUID attempt, String account, long period, long nanos) {
        Claim claim = new Claim(new Hold(account, period, "EUR", nanos), period, OptionalLong.of(1000), LATER);
        return store.reserve(attempt, List.of(claim)).join();
    }

    private static void spend(RedisBudgetStore store, String account, long period, long nanos) {
        UUID attempt = CallId.next();
        assertThat(reserve(store, attempt, account, period, nanos)).isInstanceOf(Decision.Granted.class);
        settle(store, attempt, account, period, nanos);
    }

    private static void settle(RedisBudgetStore store, UUID attempt, String account, long period, long nanos) {
        store.settle(attempt, List.of(new Settlement(new Hold(account, period, "EUR", nanos), period, nanos)))
                .join();
    }

    private static Balance balance(RedisBudgetStore store, String account, long period) {
        return store.balances(List.of(new Window(account, period, period)))
                .join()
                .get(0);
    }

    private static void awaitAnswer(RedisBudgetStore store) {
        await().atMost(LONG).until(() -> store.balances(List.of())
                .handle((balances, error) -> error == null)
                .join());
    }

    private void restart() {
        redis.restart();
        awaitAnswer(one);
        awaitAnswer(other);
    }

    private void withRedis(Consumer<RedisCommands<String, String>> use) {
        RedisClient client = RedisClient.create(redis.uri());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            use.accept(connection.sync());
        } finally {
            client.shutdown();
        }
    }

    @Test
    void putsAnAccountBackToTheMostThatAProcessHadSeenInIt() {
        spend(one, "a", 0, 300);
        spend(other, "a", 0, 200);
        spend(one, "b", 0, 70);
        restart();

        // This process saw 300 the last time, and there is no more than 300 spent since
        spend(one, "a", 0, 40);
        assertThat(balance(one, "a", 0)).isEqualTo(new Balance("a", 340, 0));
        // The other had seen 500
        assertThat(reserve(other, CallId.next(), "a", 0, 461))
                .isEqualTo(new Decision.Refused(0, new Balance("a", 540, 0)));
        assertThat(reserve(other, CallId.next(), "a", 0, 460)).isInstanceOf(Decision.Granted.class);
        assertThat(balance(one, "b", 0)).isEqualTo(new Balance("b", 70, 0));
        assertThat(one.counters().restoredAccounts()).isEqualTo(2);
        assertThat(other.counters().restoredAccounts()).isEqualTo(1);
        assertThat(one.counters().dataLosses()).isEqualTo(1);
    }

    @Test
    void countsWhatWasUnderWayWhole() {
        UUID attempt = CallId.next();
        reserve(one, attempt, "a", 0, 300);
        restart();

        assertThat(reserve(one, CallId.next(), "a", 0, 701))
                .isEqualTo(new Decision.Refused(0, new Balance("a", 300, 0)));
    }

    @Test
    void doesNotBringBackAWindowThatIsOver() {
        spend(one, "a", 0, 300);
        restart();

        reserve(one, CallId.next(), "a", 60, 5);
        assertThat(balance(one, "a", 60)).isEqualTo(new Balance("a", 0, 5));
    }

    @Test
    void noticesThatRedisWentBackToAnOlderState() {
        spend(one, "a", 0, 100);
        byte[][] snapshot = new byte[2][];
        String account = "{llm}:budget:account:a";
        String epoch = "{llm}:budget:epoch";
        withRedis(commands -> {
            snapshot[0] = commands.dump(account);
            snapshot[1] = commands.dump(epoch);
        });
        spend(one, "a", 0, 300);
        withRedis(commands -> {
            commands.flushall();
            commands.restore(account, 0, snapshot[0]);
            commands.restore(epoch, 0, snapshot[1]);
        });

        assertThat(reserve(one, CallId.next(), "a", 0, 601))
                .isEqualTo(new Decision.Refused(0, new Balance("a", 400, 0)));
        assertThat(one.counters().dataLosses()).isEqualTo(1);
    }

    @Test
    void doesNotTakeAnAccountForLostThatWasForgottenInTime() {
        spend(one, "a", 0, 300);
        withRedis(commands -> commands.del("{llm}:budget:account:a"));

        assertThat(reserve(one, CallId.next(), "a", 0, 1000)).isInstanceOf(Decision.Granted.class);
        assertThat(one.counters().dataLosses()).isZero();
    }

    @Test
    void warnsOfServersThatMayLoseBudgets() {
        assertThat(RedisLink.warnings(Map.of("appendonly", "yes", "maxmemory-policy", "noeviction")))
                .isEmpty();
        assertThat(RedisLink.warnings(Map.of("appendonly", "no", "maxmemory-policy", "allkeys-lru")))
                .hasSize(2);
    }
}
