package io.github.camelllm.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.Hold;
import io.github.camelllm.testing.ManualTimer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryBudgetStoreTest {
    private static final long LIMIT = 1_000_000;

    private final ManualTimer timer = new ManualTimer();
    private final MemoryBudgetStore store = new MemoryBudgetStore(timer.clock());

    private static Claim claim(String account, long nanos, long limit) {
        return new Claim(new Hold(account, 0, "USD", nanos), 0, OptionalLong.of(limit), BudgetWindow.NEVER);
    }

    private BudgetStore.Balance balance(String account) {
        return store.balances(List.of(new Window(account, 0, Long.MAX_VALUE)))
                .join()
                .get(0);
    }

    @Test
    void manyThreadsNeverSpendMoreThanTheLimitAndAlmostAllOfIt() throws Exception {
        AtomicLong spent = new AtomicLong();
        AtomicLong most = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        for (int i = 0; i < 16; i++) {
            threads.submit(() -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int n = 0; n < 4_000; n++) {
                    UUID id = CallId.next();
                    long hold = 100 + random.nextLong(400);
                    List<Claim> claims = random.nextBoolean()
                            ? List.of(claim("a", hold, LIMIT), claim("b", hold, Long.MAX_VALUE))
                            : List.of(claim("b", hold, Long.MAX_VALUE), claim("a", hold, LIMIT));
                    if (store.reserve(id, claims).join() instanceof Decision.Granted) {
                        long charged = random.nextLong(hold + 1);
                        most.accumulateAndGet(spent.addAndGet(charged), Math::max);
                        List<Settlement> settlements = claims.stream()
                                .map(claim -> new Settlement(claim.hold(), 0, charged))
                                .toList();
                        store.settle(id, settlements).join();
                        store.settle(id, settlements).join();
                    }
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        assertThat(most.get()).isLessThanOrEqualTo(LIMIT).isGreaterThan(LIMIT * 99 / 100);
        assertThat(balance("a")).isEqualTo(new BudgetStore.Balance("a", spent.get(), 0));
        assertThat(balance("b")).isEqualTo(new BudgetStore.Balance("b", spent.get(), 0));
    }

    @Test
    void setsNothingAsideTwiceForOneAttempt() {
        UUID id = CallId.next();
        store.reserve(id, List.of(claim("a", 10, 15)));

        assertThat(store.reserve(id, List.of(claim("a", 10, 15))).join()).isInstanceOf(Decision.Granted.class);
        assertThat(balance("a").reservedNanos()).isEqualTo(10);
    }

    @Test
    void aCorrectionCountsOnce() {
        UUID id = CallId.next();
        Settlement correction = new Settlement(new Hold("a", 0, "USD", 0), 0, 7);

        store.adjust(id, correction);
        store.adjust(id, correction);

        assertThat(balance("a").spentNanos()).isEqualTo(7);
    }

    @Test
    void forgetsPeriodsThatAreOver() {
        for (int minute = 0; minute < 10_000; minute++) {
            Instant now = timer.clock().instant();
            UUID id = CallId.next();
            Hold hold = new Hold("a", now.getEpochSecond(), "USD", 1);
            store.reserve(
                    id, List.of(new Claim(hold, hold.period(), OptionalLong.empty(), now.plus(Duration.ofMinutes(2)))));
            store.settle(id, List.of(new Settlement(hold, hold.period(), 1)));
            timer.advance(Duration.ofMinutes(1));
        }

        assertThat(balance("a").spentNanos()).isLessThan(200);
    }
}
