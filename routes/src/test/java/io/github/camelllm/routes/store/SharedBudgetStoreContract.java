package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStore.Expired;
import io.github.camelllm.budget.BudgetStoreException;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.Timer;
import io.github.camelllm.routes.testing.TcpGate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every store does that processes share, also if one of them dies or the store is away for a while. */
abstract class SharedBudgetStoreContract extends BudgetStoreContract {
    private static final Duration SHORT = Duration.ofMillis(600);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(4);
    private final List<AutoCloseable> open = new ArrayList<>();

    /**
     * Another process that shares the amounts of {@link #newStore()}.
     *
     * @param gate it comes to the server through this
     */
    protected abstract BudgetStore newNode(TcpGate gate, BudgetStoreSettings settings, Timer timer);

    protected abstract BudgetStoreCounters counters(BudgetStore store);

    protected abstract int serverPort();

    /** Is in the request that ends a reservation or settlement. */
    protected abstract String lastRequest();

    protected Timer timer() {
        return new NodeTimer(clock);
    }

    protected static BudgetStoreSettings settings(Duration nodeTimeout, int maxSettlements) {
        return new BudgetStoreSettings("test", nodeTimeout, Duration.ofSeconds(20), 10_000, maxSettlements);
    }

    private TcpGate gate() {
        TcpGate gate = new TcpGate(serverPort());
        open.add(gate);
        return gate;
    }

    private BudgetStore node(TcpGate gate, Timer timer, Duration nodeTimeout, int maxSettlements) {
        BudgetStore node = newNode(gate, settings(nodeTimeout, maxSettlements), timer);
        open.add(0, node);
        return node;
    }

    @AfterEach
    void closeNodes() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        clock.shutdownNow();
    }

    private static Decision reserve(BudgetStore store, UUID attempt, String account, long nanos) {
        return get(store.reserve(attempt, List.of(claim(account, nanos, 100))));
    }

    @Test
    void sharesAmountsAmongProcesses() {
        BudgetStore other = node(gate(), timer(), LONG, 10);
        reserve(store, CallId.next(), "a", 60);

        assertThat(reserve(other, CallId.next(), "a", 41)).isEqualTo(new Decision.Refused(0, new Balance("a", 0, 60)));
    }

    @Test
    void chargesWholeWhatADeadProcessHadSetAsideAndCorrectsThatIfItWasOnlyPaused() {
        NodeTimer pulse = new NodeTimer(clock);
        BudgetStore paused = node(gate(), pulse, SHORT, 10);
        BudgetStore living = node(gate(), timer(), SHORT, 10);
        List<Expired> heard = Collections.synchronizedList(new ArrayList<>());
        living.whenExpired(heard::addAll);
        store.whenExpired(heard::addAll);
        UUID attempt = CallId.next();
        get(paused.reserve(attempt, List.of(claim("a", 60, 100), claim("b", 60, 200))));
        reserve(store, CallId.next(), "a", 7);

        pulse.stop();
        await().atMost(LONG).until(() -> balance(store, "a").equals(new Balance("a", 60, 7)));
        assertThat(balance(store, "b")).isEqualTo(new Balance("b", 60, 0));
        await().atMost(LONG)
                .until(() -> counters(living).expiredHolds() + counters(store).expiredHolds() == 2);
        await().atMost(LONG).untilAsserted(() -> assertThat(heard)
                .containsExactlyInAnyOrder(new Expired("a", PERIOD, 60), new Expired("b", PERIOD, 60)));

        pulse.goOn();
        await().atMost(LONG).until(() -> counters(paused).lapsedLeases() > 0);
        get(paused.settle(attempt, List.of(settlement("a", 60, 15), settlement("b", 60, 16))));
        get(paused.settle(attempt, List.of(settlement("a", 60, 15), settlement("b", 60, 16))));
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 15, 7));
        assertThat(balance(store, "b")).isEqualTo(new Balance("b", 16, 0));
    }

    @Test
    void expiresWhatIsSetAsideByAProcessThatWasGivenUpBefore() {
        NodeTimer pulse = new NodeTimer(clock);
        BudgetStore paused = node(gate(), pulse, SHORT, 10);
        node(gate(), timer(), SHORT, 10);
        reserve(paused, CallId.next(), "a", 1);
        pulse.stop();
        await().atMost(LONG).until(() -> balance(store, "a").equals(new Balance("a", 1, 0)));

        reserve(paused, CallId.next(), "a", 2);
        await().atMost(LONG).until(() -> balance(store, "a").equals(new Balance("a", 3, 0)));
    }

    @Test
    void refusesToAnswerWhileTheStoreIsAwayAndBooksTheEndsOfAttemptsWhenItIsBack() {
        TcpGate gate = gate();
        BudgetStore node = node(gate, timer(), LONG, 1000);
        List<UUID> attempts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            attempts.add(CallId.next());
            reserve(node, attempts.get(i), "a", 10);
        }
        gate.shut();

        List<CompletableFuture<List<Balance>>> ends = new ArrayList<>();
        for (UUID attempt : attempts) {
            assertThatThrownBy(() -> node.reserve(CallId.next(), List.of(claim("a", 1, 100)))
                            .join())
                    .hasCauseInstanceOf(BudgetStoreException.class);
            ends.add(node.settle(attempt, List.of(settlement("a", 10, 3))));
        }
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 0, 50));
        assertThat(counters(node).outages()).isPositive();

        gate.open();
        ends.forEach(BudgetStoreContract::get);
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 15, 0));
        assertThat(counters(node).lostSettlements()).isZero();
        await().atMost(LONG).until(() -> node.reserve(CallId.next(), List.of(claim("a", 1, 100)))
                .handle((decision, error) -> decision != null)
                .join());
    }

    @Test
    void saysWhichEndsOfAttemptsItCannotKeep() {
        TcpGate gate = gate();
        BudgetStore node = node(gate, timer(), LONG, 3);
        reserve(node, CallId.next(), "a", 10);
        gate.shut();
        await().atMost(LONG).until(() -> node.reserve(CallId.next(), List.of(claim("a", 1, 100)))
                .isCompletedExceptionally());

        List<CompletableFuture<List<Balance>>> ends = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ends.add(node.settle(CallId.next(), List.of(settlement("a", 0, 1))));
        }
        assertThatThrownBy(() -> get(ends.get(4))).hasRootCauseInstanceOf(BudgetStoreException.class);
        long lost = counters(node).lostSettlements();
        assertThat(lost).isPositive();

        gate.open();
        await().atMost(LONG).until(() -> balance(store, "a").spentNanos() == 5 - lost);
    }

    @Test
    void givesBackAReservationWhoseAnswerWasLost() {
        TcpGate gate = gate();
        BudgetStore node = node(gate, timer(), LONG, 1000);
        reserve(node, CallId.next(), "a", 10);

        gate.loseAnswerTo(lastRequest());
        assertThatThrownBy(() -> node.reserve(CallId.next(), List.of(claim("a", 40, 100)))
                        .join())
                .hasCauseInstanceOf(BudgetStoreException.class);
        assertThat(gate.hasLost()).isTrue();
        await().atMost(LONG).until(() -> balance(store, "a").equals(new Balance("a", 0, 10)));
    }

    @Test
    void booksAnEndThatWaitedForLongOnlyIfSomethingIsStillSetAside() {
        Timer real = timer();
        AtomicLong ago = new AtomicLong();
        Timer timer = new Timer() {
            @Override
            public long nanoTime() {
                return real.nanoTime() - ago.get();
            }

            @Override
            public Runnable schedule(Duration delay, Runnable task) {
                return real.schedule(delay, task);
            }
        };
        TcpGate gate = gate();
        BudgetStore node = node(gate, timer, LONG, 1000);
        UUID known = CallId.next();
        reserve(node, known, "a", 40);
        gate.shut();
        await().atMost(LONG).until(() -> node.reserve(CallId.next(), List.of(claim("a", 1, 100)))
                .isCompletedExceptionally());

        ago.set(Duration.ofHours(1).toNanos());
        CompletableFuture<List<Balance>> end = node.settle(known, List.of(settlement("a", 40, 11)));
        // It may have been booked, and its row or key be gone since
        CompletableFuture<List<Balance>> forgotten = node.settle(CallId.next(), List.of(settlement("a", 40, 7)));
        ago.set(0);
        gate.open();

        get(end);
        get(forgotten);
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 11, 0));
    }

    @Test
    void booksTheEndOfAnAttemptOnceIfTheAnswerToItWasLost() {
        TcpGate gate = gate();
        BudgetStore node = node(gate, timer(), LONG, 1000);
        UUID attempt = CallId.next();
        reserve(node, attempt, "a", 40);

        gate.loseAnswerTo(lastRequest());
        get(node.settle(attempt, List.of(settlement("a", 40, 11))));
        assertThat(gate.hasLost()).isTrue();
        assertThat(balance(store, "a")).isEqualTo(new Balance("a", 11, 0));
    }

    @Test
    void givesBackWhatWasSetAsideForSomebodyWhoDoesNotWaitForIt() {
        reserve(CallId.next(), claim("a", 1, 100));
        for (int i = 0; i < 20; i++) {
            UUID attempt = CallId.next();
            if (!store.reserve(attempt, List.of(claim("a", 5, 200))).cancel(false)) {
                // The store was faster, and somebody has it
                get(store.settle(attempt, List.of(settlement("a", 5, 0))));
            }
        }
        await().atMost(LONG).until(() -> balance(store, "a").equals(new Balance("a", 0, 1)));
    }

    @Test
    void keepsTheLimitAmongProcesses() throws Exception {
        long limit = 20_000;
        List<BudgetStore> nodes = List.of(store, node(gate(), timer(), LONG, 1000), node(gate(), timer(), LONG, 1000));
        List<CompletableFuture<Long>> runs = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            BudgetStore node = nodes.get(i % 3);
            CompletableFuture<Long> run = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                long billed = 0;
                long worst = 97;
                while (worst > 0) {
                    UUID attempt = CallId.next();
                    if (get(node.reserve(attempt, List.of(claim("shared", worst, limit))))
                            instanceof Decision.Granted) {
                        billed += (worst + 2) / 3;
                        get(node.settle(attempt, List.of(settlement("shared", worst, (worst + 2) / 3))));
                    } else {
                        worst /= 2;
                    }
                }
                run.complete(billed);
            });
            thread.setUncaughtExceptionHandler((which, error) -> run.completeExceptionally(error));
            thread.start();
            runs.add(run);
        }
        long billed = 0;
        for (CompletableFuture<Long> run : runs) {
            billed += get(run);
        }
        assertThat(balance(store, "shared")).isEqualTo(new Balance("shared", billed, 0));
        assertThat(billed).isBetween(limit * 97 / 100, limit);
    }
}
