package io.github.camelllm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.Guards.BudgetPermit;
import io.github.camelllm.call.Hold;
import io.github.camelllm.call.Operation;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.chat.LlmUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Amounts that outlive a definition or a process, are kept elsewhere, or cannot be asked for. */
class BudgetAmountsTest extends BudgetCases {
    @Test
    void aHardBudgetThatCannotBeAskedLetsNothingThroughAndASoftOneEverything() {
        BudgetStore away = new UnreachableStore();
        String words = "openai/gpt-5-mini: hard budgets cannot be asked, so nothing is sent (away: no route to it)";

        assertThatThrownBy(() -> admit(budgets("{id: day, limit: 1 USD, window: day}", away), "a"))
                .cause()
                .isInstanceOf(LlmUnavailableException.class)
                .hasMessage(words);
        assertThat(admit(budgets("{id: day, limit: 1 USD, window: day, enforcement: soft}", away), "a")
                        .holds())
                .isEmpty();
    }

    @Test
    void aRestartRefillsNothing() {
        Budgets budgets = budgets("{id: day, limit: 0.002 USD, window: day}");
        long today = Instant.parse("2026-11-25T00:00:00Z").getEpochSecond();
        Budgets.restore(
                store,
                budgets.definitions(),
                List.of(
                        new CallLedger.Spent("day", today, "USD", NANOS),
                        new CallLedger.Spent("day", today - 86_400, "USD", 7 * NANOS),
                        new CallLedger.Spent("gone", today, "USD", 7 * NANOS)),
                timer.clock().instant());

        assertThatThrownBy(() -> admit(budgets, "a")).hasMessageContaining("0.00125 USD are spent");
        assertThat(balance("day").spentNanos()).isEqualTo(NANOS);
    }

    @Test
    void aRestartDoesNotTakeAmountsForOnesInAnotherCurrency() {
        Budgets budgets = budgets("{id: day, limit: 0.002 EUR, window: day}");
        long today = Instant.parse("2026-11-25T00:00:00Z").getEpochSecond();
        List<CallLedger.Spent> yesterdays = List.of(new CallLedger.Spent("day", today - 86_400, "USD", NANOS));
        Budgets.restore(store, budgets.definitions(), yesterdays, timer.clock().instant());

        assertThatThrownBy(() -> Budgets.restore(
                        store,
                        budgets.definitions(),
                        List.of(new CallLedger.Spent("day", today, "USD", NANOS)),
                        timer.clock().instant()))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("budget 'day' is kept in USD, so its limit cannot be in EUR");
    }

    @Test
    void tellsWhatIsReachedByTheAmountsOfADeadProcess() {
        ExpiringStore shared = new ExpiringStore(store);
        Budgets budgets = budgets("{id: day, limit: 0.003 USD, window: day, alerts: [40, 80, 100]}", shared);
        admit(budgets, "a").ended(costing(40, 10));
        assertThat(events).isEmpty();

        shared.expire("day", Instant.parse("2026-11-25T00:00:00Z").getEpochSecond(), 2 * NANOS);
        assertThat(events).extracting(BudgetEvent::percent).containsExactly(40, 80);

        budgets.admit(attempt(Map.of(), new Size(100, OptionalLong.empty(), OptionalLong.of(50))))
                .join()
                .ended(costing(100, 50));
        assertThat(events).extracting(BudgetEvent::percent).containsExactly(40, 80);
    }

    /** A store that can be told to charge what another process had set aside. */
    private static final class ExpiringStore implements BudgetStore {
        private final BudgetStore amounts;
        private Consumer<List<Expired>> listener = expired -> {};

        ExpiringStore(BudgetStore amounts) {
            this.amounts = amounts;
        }

        void expire(String account, long period, long nanos) {
            amounts.adjust(UUID.randomUUID(), new Settlement(new Hold(account, period, "USD", 0), period, nanos));
            listener.accept(List.of(new Expired(account, period, nanos), new Expired("gone/team=a", period, nanos)));
        }

        @Override
        public void whenExpired(Consumer<List<Expired>> changed) {
            listener = changed;
        }

        @Override
        public CompletableFuture<Decision> reserve(UUID attemptId, List<Claim> claims) {
            return amounts.reserve(attemptId, claims);
        }

        @Override
        public CompletableFuture<List<Balance>> settle(UUID attemptId, List<Settlement> settlements) {
            return amounts.settle(attemptId, settlements);
        }

        @Override
        public CompletableFuture<Balance> adjust(UUID adjustmentId, Settlement settlement) {
            return amounts.adjust(adjustmentId, settlement);
        }

        @Override
        public CompletableFuture<List<Balance>> balances(List<Window> windows) {
            return amounts.balances(windows);
        }

        @Override
        public String kind() {
            return amounts.kind();
        }

        @Override
        public void close() {
            amounts.close();
        }
    }

    @Test
    void theEndOfACallOfTheLastWindowHidesNothingOfThisOne() {
        Budgets budgets = budgets("""
                {id: day, scope: {team: '*'}, limit: 0.001 USD, window: day, enforcement: soft,
                 whenExceeded: downgrade, downgradeTo: openai/gpt-5-nano}
                """);
        BudgetPermit ofYesterday = admit(budgets, "a");
        timer.advance(Duration.ofHours(12));
        admit(budgets, "a").ended(costing(1_000, 500));
        ofYesterday.ended(costing(40, 10));

        assertThat(budgets.downgrade("openai", "gpt-5-mini", Operation.CHAT, Map.of("team", "a")))
                .contains("openai/gpt-5-nano");
        assertThat(budgets.states())
                .singleElement()
                .satisfies(state -> assertThat(state.spent().nanos()).isEqualTo(NANOS));
    }

    @Test
    void keepsABudgetWhoseCurrencyWouldChange() {
        Budgets budgets = budgets("{id: day, limit: 0.002 USD, window: day}");
        admit(budgets, "a").ended(costing(1_000, 500));

        assertThatThrownBy(() -> budgets.define(definitions("{id: day, limit: 75000 JPY, window: day}")))
                .isInstanceOf(CatalogException.class)
                .hasMessage("budgets.yaml: budget 'day' is kept in USD, so its limit cannot be in JPY;"
                        + " define one of another name for that");
        assertThatThrownBy(() -> admit(budgets, "a")).hasMessageContaining("0.00125 USD are spent");

        budgets.define(definitions("{id: day, limit: 0.003 USD, window: day}"));
        assertThat(admit(budgets, "a").holds()).hasSize(1);
    }

    /** A store that cannot be reached. */
    private static final class UnreachableStore implements BudgetStore {
        private static <T> CompletableFuture<T> away() {
            return CompletableFuture.failedFuture(new BudgetStoreException("no route to it", null));
        }

        @Override
        public CompletableFuture<Decision> reserve(UUID attemptId, List<Claim> claims) {
            return away();
        }

        @Override
        public CompletableFuture<List<Balance>> settle(UUID attemptId, List<Settlement> settlements) {
            return away();
        }

        @Override
        public CompletableFuture<Balance> adjust(UUID adjustmentId, Settlement settlement) {
            return away();
        }

        @Override
        public CompletableFuture<List<Balance>> balances(List<Window> windows) {
            return away();
        }

        @Override
        public String kind() {
            return "away";
        }

        @Override
        public void close() {}
    }

    @Test
    void tellsHowAccountsAreDoingThatOtherNodesUsed() {
        Budgets budgets =
                budgets("id: team-month\nlimit: 10 USD\nlimits: {b: 20 USD}\nwindow: month\nscope: {team: '*'}\n");
        Budgets onAnotherNode = budgets("id: team-month\nlimit: 10 USD\nwindow: month\nscope: {team: '*'}\n");
        admit(onAnotherNode, "a");

        List<BudgetState> states = budgets.states(List.of("team-month/team=a", "team-month/team=b", "another/team=a"))
                .join();

        assertThat(states).extracting(BudgetState::account).containsExactly("team=a", "team=b");
        assertThat(states).extracting(state -> state.reserved().nanos()).containsExactly(NANOS, 0L);
        assertThat(states)
                .extracting(state -> state.limit().amount().intValueExact())
                .containsExactly(10, 20);
        assertThat(budgets.states()).isEmpty();
    }
}
