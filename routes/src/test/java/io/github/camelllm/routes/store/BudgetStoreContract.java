package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.Hold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of budgets does. */
abstract class BudgetStoreContract {
    protected static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
    protected static final long PERIOD = 1_790_000_000;

    protected BudgetStore store;

    /** A store without amounts. The test closes it. */
    protected abstract BudgetStore newStore() throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = newStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    protected static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    protected static Hold hold(String account, long nanos) {
        return new Hold(account, PERIOD, "EUR", nanos);
    }

    protected static Claim claim(String account, long nanos, long limit) {
        return new Claim(hold(account, nanos), PERIOD, OptionalLong.of(limit), LATER);
    }

    protected static Settlement settlement(String account, long held, long charged) {
        return new Settlement(hold(account, held), PERIOD, charged);
    }

    protected static Balance balance(BudgetStore store, String account) {
        return get(store.balances(List.of(new Window(account, PERIOD, PERIOD)))).get(0);
    }

    protected Decision reserve(UUID attempt, Claim... claims) {
        return get(store.reserve(attempt, List.of(claims)));
    }

    @Test
    void setsAsideWhatFitsAndTellsTheBalance() {
        assertThat(reserve(CallId.next(), claim("a", 60, 100)))
                .isEqualTo(new Decision.Granted(List.of(new Balance("a", 0, 60))));
        assertThat(reserve(CallId.next(), claim("a", 40, 100)))
                .isEqualTo(new Decision.Granted(List.of(new Balance("a", 0, 100))));
    }

    @Test
    void refusesWhatDoesNotFitAndTellsTheBalance() {
        reserve(CallId.next(), claim("a", 60, 100));

        assertThat(reserve(CallId.next(), claim("a", 41, 100)))
                .isEqualTo(new Decision.Refused(0, new Balance("a", 0, 60)));
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 0, 60));
    }

    @Test
    void setsAsideNothingIfOneOfSeveralDoesNotFit() {
        reserve(CallId.next(), claim("b", 90, 100));

        assertThat(reserve(CallId.next(), claim("a", 20, 100), claim("b", 20, 100), claim("c", 20, 100)))
                .isEqualTo(new Decision.Refused(1, new Balance("b", 0, 90)));
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 0, 0));
        assertThat(balance(store, "c")).isEqualTo(new Balance("c", 0, 0));
    }

    @Test
    void countsTwoClaimsOfOneAttemptOnOneAccountTogether() {
        assertThat(reserve(CallId.next(), claim("a", 60, 100), claim("a", 60, 100)))
                .isEqualTo(new Decision.Refused(1, new Balance("a", 0, 0)));
        UUID attempt = CallId.next();
        reserve(attempt, claim("a", 40, 100), claim("a", 30, 100));
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 0, 70));

        get(store.settle(attempt, List.of(settlement("a", 40, 4), settlement("a", 30, 3))));
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 7, 0));
    }

    @Test
    void onlyCountsWhereThereIsNoLimit() {
        Claim counted = new Claim(hold("a", 1_000_000), PERIOD, OptionalLong.empty(), LATER);

        assertThat(reserve(CallId.next(), counted)).isInstanceOf(Decision.Granted.class);
        assertThat(reserve(CallId.next(), counted)).isInstanceOf(Decision.Granted.class);
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 0, 2_000_000));
    }

    @Test
    void grantsAnAttemptWithoutClaims() {
        UUID attempt = CallId.next();

        assertThat(reserve(attempt)).isEqualTo(new Decision.Granted(List.of()));
        assertThat(get(store.settle(attempt, List.of()))).isEmpty();
    }

    @Test
    void setsAsideOnceForAnAttempt() {
        UUID attempt = CallId.next();

        reserve(attempt, claim("a", 60, 100));
        assertThat(reserve(attempt, claim("a", 60, 100)))
                .isEqualTo(new Decision.Granted(List.of(new Balance("a", 0, 60))));
    }

    @Test
    void spendsTheChargeInPlaceOfTheHold() {
        UUID attempt = CallId.next();
        reserve(attempt, claim("a", 60, 100), claim("b", 60, 200));

        assertThat(get(store.settle(attempt, List.of(settlement("a", 60, 15), settlement("b", 60, 16)))))
                .containsExactly(new Balance("a", 15, 0), new Balance("b", 16, 0));
    }

    @Test
    void settlesOnceForAnAttempt() {
        UUID attempt = CallId.next();
        reserve(attempt, claim("a", 60, 100));
        get(store.settle(attempt, List.of(settlement("a", 60, 15))));

        assertThat(get(store.settle(attempt, List.of(settlement("a", 60, 40)))))
                .containsExactly(new Balance("a", 15, 0));
    }

    @Test
    void givesBackWhatTheEndDoesNotSpeakOf() {
        UUID attempt = CallId.next();
        reserve(attempt, claim("a", 60, 100), claim("b", 60, 100));

        get(store.settle(attempt, List.of(settlement("a", 60, 15))));
        assertThat(balance(store, "b")).isEqualTo(new Balance("b", 0, 0));
    }

    @Test
    void spendsMoreThanWasHeldEvenPastTheLimit() {
        UUID attempt = CallId.next();
        reserve(attempt, claim("a", 60, 100));

        assertThat(get(store.settle(attempt, List.of(settlement("a", 60, 130)))))
                .containsExactly(new Balance("a", 130, 0));
        assertThat(reserve(CallId.next(), claim("a", 1, 100)))
                .isEqualTo(new Decision.Refused(0, new Balance("a", 130, 0)));
    }

    @Test
    void setsNothingAsideForAnAttemptThatIsOver() {
        UUID attempt = CallId.next();
        get(store.settle(attempt, List.of(settlement("a", 60, 5))));

        try {
            store.reserve(attempt, List.of(claim("a", 60, 100))).get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            assertThat(e).hasMessageContaining(attempt.toString());
        }
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 5, 0));
    }

    @Test
    void sumsThePeriodsOfAWindow() {
        for (long period = 1; period <= 5; period++) {
            UUID attempt = CallId.next();
            Claim claim = new Claim(new Hold("a", period, "EUR", 10), period, OptionalLong.of(10), LATER);
            assertThat(reserve(attempt, claim)).isInstanceOf(Decision.Granted.class);
            if (period % 2 == 1) {
                get(store.settle(attempt, List.of(new Settlement(claim.hold(), period, period))));
            }
        }
        // 1 spent, 10 held, 3 spent, 10 held, 5 spent
        assertThat(get(store.balances(List.of(new Window("a", 1, 5), new Window("a", 2, 3), new Window("a", 6, 9)))))
                .containsExactly(new Balance("a", 9, 20), new Balance("a", 3, 10), new Balance("a", 0, 0));
        Claim tooMuch = new Claim(new Hold("a", 5, "EUR", 2), 2, OptionalLong.of(29), LATER);
        assertThat(reserve(CallId.next(), tooMuch)).isEqualTo(new Decision.Refused(0, new Balance("a", 8, 20)));
        Claim fits = new Claim(new Hold("a", 5, "EUR", 1), 2, OptionalLong.of(29), LATER);
        assertThat(reserve(CallId.next(), fits)).isEqualTo(new Decision.Granted(List.of(new Balance("a", 8, 21))));
    }

    @Test
    void correctsOnceForEachId() {
        UUID correction = UUID.randomUUID();

        assertThat(get(store.adjust(correction, settlement("a", 0, 70)))).isEqualTo(new Balance("a", 70, 0));
        assertThat(get(store.adjust(correction, settlement("a", 0, 70)))).isEqualTo(new Balance("a", 70, 0));
        assertThat(get(store.adjust(UUID.randomUUID(), settlement("a", 0, -30))))
                .isEqualTo(new Balance("a", 40, 0));
        assertThat(reserve(CallId.next(), claim("a", 61, 100)))
                .isEqualTo(new Decision.Refused(0, new Balance("a", 40, 0)));
    }

    @Test
    void goesBelowNothingIfMoreIsGivenBackThanSpent() {
        assertThat(get(store.adjust(UUID.randomUUID(), settlement("a", 0, -3_000_000_001L))))
                .isEqualTo(new Balance("a", -3_000_000_001L, 0));
        assertThat(reserve(CallId.next(), claim("a", 3_000_000_010L, 9)))
                .isEqualTo(new Decision.Granted(List.of(new Balance("a", -3_000_000_001L, 3_000_000_010L))));
    }

    @Test
    void isExactForLargeAmounts() {
        long limit = 9_000_000_000_000_000_003L;

        reserve(CallId.next(), claim("a", 9_000_000_000_000_000_000L, limit));
        assertThat(reserve(CallId.next(), claim("a", 4, limit)))
                .isEqualTo(new Decision.Refused(0, new Balance("a", 0, 9_000_000_000_000_000_000L)));
        assertThat(reserve(CallId.next(), claim("a", 3, limit)))
                .isEqualTo(new Decision.Granted(List.of(new Balance("a", 0, limit))));
    }

    @Test
    void doesNotTurnOverAtTheLargestAmount() {
        Claim counted = new Claim(hold("a", Long.MAX_VALUE - 5), PERIOD, OptionalLong.empty(), LATER);
        UUID attempt = CallId.next();

        reserve(attempt, counted);
        assertThat(reserve(CallId.next(), claim("a", 6, Long.MAX_VALUE - 1))).isInstanceOf(Decision.Refused.class);
        get(store.settle(attempt, List.of(settlement("a", Long.MAX_VALUE - 5, Long.MAX_VALUE - 5))));
        assertThat(get(store.adjust(UUID.randomUUID(), settlement("a", 0, 100))))
                .isEqualTo(new Balance("a", Long.MAX_VALUE, 0));
    }

    @Test
    void takesAnyNameOfAnAccount() {
        String odd = "team-month/team={ü}:\"x\",\\ 'y';--\n*?[a]%_";

        reserve(CallId.next(), claim(odd, 60, 100));
        assertThat(reserve(CallId.next(), claim(odd, 41, 100)))
                .isEqualTo(new Decision.Refused(0, new Balance(odd, 0, 60)));
    }

    @Test
    void keepsTheLimitAndUsesItUpWhenManyAskAtOnce() throws Exception {
        int threads = 64;
        long limit = 1_000_000;
        AtomicLong billed = new AtomicLong();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch ready = new CountDownLatch(threads);
            List<Future<Void>> runs = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Random random = new Random(i);
                Callable<Void> run = () -> {
                    ready.countDown();
                    ready.await();
                    long most = 4000;
                    while (most >= 1) {
                        long worst = 1 + random.nextLong(most);
                        UUID attempt = CallId.next();
                        Decision decision =
                                reserve(attempt, claim("shared", worst, limit), claim("own" + worst % 7, worst, limit));
                        if (decision instanceof Decision.Refused refused) {
                            assertThat(refused.balance().spentNanos()
                                            + refused.balance().reservedNanos())
                                    .isGreaterThan(limit - worst)
                                    .isLessThanOrEqualTo(limit);
                            most /= 2;
                            continue;
                        }
                        long actual = random.nextLong(worst + 1);
                        billed.addAndGet(actual);
                        get(store.settle(
                                attempt,
                                List.of(
                                        settlement("shared", worst, actual),
                                        settlement("own" + worst % 7, worst, actual))));
                    }
                    return null;
                };
                runs.add(pool.submit(run));
            }
            for (Future<Void> run : runs) {
                run.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(balance(store, "shared")).isEqualTo(new Balance("shared", billed.get(), 0));
        assertThat(billed.get()).isBetween(limit * 97 / 100, limit);
    }
}
