package io.github.camelllm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.AttemptSize;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CommitPolicy;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Guards.BudgetPermit;
import io.github.camelllm.call.Hold;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.RetryPolicy;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.ModelTable;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** With gpt-5-mini, whose input costs 0.25 and whose output costs 2 dollars a million tokens. */
class BudgetsTest {
    private static final Pricing PRICING = Pricing.builtIn();
    /** What 1,000 tokens of input and 500 of output cost. */
    private static final long NANOS = 1_250_000;

    private final ManualTimer timer = new ManualTimer();
    private final MemoryBudgetStore store = new MemoryBudgetStore(timer.clock());
    private final List<BudgetEvent> events = new ArrayList<>();

    private record Size(
            long mostInputTokens,
            OptionalLong exactInputTokens,
            OptionalLong mostOutputTokens,
            OptionalLong mostSearches)
            implements AttemptSize {
        Size(long mostInputTokens, OptionalLong exactInputTokens, OptionalLong mostOutputTokens) {
            this(mostInputTokens, exactInputTokens, mostOutputTokens, OptionalLong.of(0));
        }

        static final Size USUAL = new Size(1_000, OptionalLong.empty(), OptionalLong.of(500));

        @Override
        public long estimatedInputTokens() {
            return mostInputTokens;
        }

        @Override
        public boolean mayWriteCache() {
            return false;
        }

        @Override
        public boolean hasMedia() {
            return false;
        }
    }

    private Budgets budgets(String yaml) {
        return budgets(yaml, store);
    }

    private Budgets budgets(String yaml, BudgetStore in) {
        return budgets(yaml, in, PRICING);
    }

    private static BudgetDefinitions definitions(String yaml) {
        return BudgetDefinitions.NONE.withYaml("budgets.yaml", new StringReader(yaml));
    }

    private Budgets budgets(String yaml, BudgetStore in, Pricing pricing) {
        return new Budgets(definitions(yaml), in, () -> pricing, timer, timer.clock(), events::add);
    }

    private Attempt attempt(Map<String, String> tags, AttemptSize size) {
        return attempt("gpt-5-mini", tags, size);
    }

    private Attempt attempt(String model, Map<String, String> tags, AttemptSize size) {
        return new Attempt(
                CallId.next(),
                CallId.next(),
                Operation.CHAT,
                new ScriptedChannel(timer).target("openai", model, RetryPolicy.NONE, CommitPolicy.FIRST_PIECE),
                false,
                tags,
                Deadline.NONE,
                size,
                timer.clock().instant());
    }

    private BudgetPermit admit(Budgets budgets, String team) {
        CompletableFuture<BudgetPermit> asked = budgets.admit(attempt(Map.of("team", team), Size.USUAL));
        timer.advance(Duration.ZERO);
        return asked.join();
    }

    private static CallRecord record(boolean billable, Optional<Cost> cost) {
        return new CallRecord(
                CallId.next(),
                CallId.next(),
                1,
                Operation.CHAT,
                "openai",
                "openai",
                "gpt-5-mini",
                Optional.empty(),
                false,
                Instant.EPOCH,
                Duration.ZERO,
                Optional.empty(),
                CallOutcome.SUCCEEDED,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                billable,
                Optional.empty(),
                UsageSource.UNKNOWN,
                cost,
                List.of(),
                Map.of());
    }

    private CallRecord costing(long input, long output) {
        return record(
                true,
                PRICING.cost(
                        Usage.of(input, output),
                        "openai",
                        "gpt-5-mini",
                        timer.clock().instant()));
    }

    private BudgetStore.Balance balance(String account) {
        return store.balances(List.of(new Window(account, 0, Long.MAX_VALUE)))
                .join()
                .get(0);
    }

    @Test
    void setsTheMostAsideAndSettlesToTheCost() {
        Budgets budgets = budgets("{id: day, limit: 1 USD, window: day}");

        BudgetPermit permit = admit(budgets, "a");
        assertThat(balance("day")).isEqualTo(new BudgetStore.Balance("day", 0, NANOS));

        permit.ended(costing(400, 100));
        assertThat(balance("day")).isEqualTo(new BudgetStore.Balance("day", 300_000, 0));
    }

    @Test
    void anAttemptThatCostNothingGivesAllBack() {
        Budgets budgets = budgets("{id: day, limit: 1 USD, window: day}");

        admit(budgets, "a").ended(record(false, Optional.empty()));

        assertThat(balance("day")).isEqualTo(new BudgetStore.Balance("day", 0, 0));
    }

    @Test
    void anUnknownCostTakesAllThatWasSetAside() {
        Budgets budgets = budgets("{id: day, limit: 1 USD, window: day}");

        admit(budgets, "a").ended(record(true, Optional.empty()));

        assertThat(balance("day")).isEqualTo(new BudgetStore.Balance("day", NANOS, 0));
    }

    @Test
    void refusesWhatCouldExceedAndSaysWhatHowMuchAndUntilWhen() {
        Budgets budgets = budgets("{id: team-day, scope: {team: '*'}, limit: 0.003 USD, window: day}");
        admit(budgets, "a");
        admit(budgets, "a").ended(costing(1_000, 500));

        assertThatThrownBy(() -> admit(budgets, "a"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(LlmBudgetExceededException.class, refused -> {
                    assertThat(refused)
                            .hasMessage(
                                    "openai/gpt-5-mini: budget 'team-day' of team=a allows 0.003 USD per day, of which"
                                            + " 0.00125 USD are spent and 0.00125 USD set aside for calls under way; this call can"
                                            + " cost up to 0.00125 USD; it resets at 2026-11-26T00:00:00Z");
                    assertThat(refused.getBudget()).isEqualTo("team-day");
                    assertThat(refused.getResetsAt()).isEqualTo("2026-11-26T00:00:00Z");
                    assertThat(refused.retryAfter()).contains(Duration.ofHours(12));
                    assertThat(refused.isRetryable()).isFalse();
                });
        assertThat(admit(budgets, "b").holds()).hasSize(1);
    }

    @Test
    void allLevelsMustAllowAndNothingIsSetAsideIfOneDoesNot() {
        Budgets budgets = budgets("""
                - {id: company, limit: 0.002 USD, window: month}
                - {id: team, scope: {team: '*'}, limit: 1 USD, window: month}
                """);
        admit(budgets, "a");

        assertThatThrownBy(() -> admit(budgets, "b")).hasMessageContaining("budget 'company'");
        assertThat(balance("team/team=b")).isEqualTo(new BudgetStore.Balance("team/team=b", 0, 0));
        assertThat(balance("company").reservedNanos()).isEqualTo(NANOS);
    }

    @Test
    void beginsAnewWithTheNextWindow() {
        Budgets budgets = budgets("{id: day, limit: 0.00125 USD, window: day}");
        admit(budgets, "a").ended(costing(1_000, 500));
        assertThatThrownBy(() -> admit(budgets, "a")).hasMessageContaining("budget 'day'");

        timer.advance(Duration.ofHours(12));

        assertThat(admit(budgets, "a").holds()).hasSize(1);
    }

    @Test
    void countsTokensOnlyWhereTheirBytesDoNotFit() {
        Budgets budgets = budgets("{id: day, limit: 0.00125 USD, window: day}");
        Size text = new Size(4_000, OptionalLong.of(1_000), OptionalLong.of(500));

        CompletableFuture<BudgetPermit> asked = budgets.admit(attempt(Map.of(), text));
        timer.advance(Duration.ZERO);

        assertThat(asked.join().holds()).extracting(hold -> hold.nanos()).containsExactly(NANOS);
    }

    @Test
    void aSizeBelowZeroSetsNothingNegativeAside() {
        Budgets budgets = budgets("{id: day, limit: 1 USD, window: day}");
        Size negative = new Size(1_000, OptionalLong.empty(), OptionalLong.of(-2_000_000));

        assertThatThrownBy(() -> budgets.admit(attempt(Map.of(), negative)).join())
                .hasCauseInstanceOf(LlmBudgetExceededException.class);
        assertThat(balance("day")).isEqualTo(new BudgetStore.Balance("day", 0, 0));
    }

    @Test
    void limitsSingleCalls() {
        Budgets budgets = budgets("{id: each, limit: 0.00125 USD, window: call}");

        assertThat(admit(budgets, "a").holds()).isEmpty();
        assertThatThrownBy(() -> budgets.admit(
                                attempt(Map.of(), new Size(1_001, OptionalLong.empty(), OptionalLong.of(500))))
                        .join())
                .hasMessageContaining(
                        "budget 'each' allows 0.00125 USD per call; this call can cost up to 0.00125025 USD");
    }

    @Test
    void aSessionHasItsOwnShare() {
        Budgets budgets = budgets("{id: chat, limit: 0.002 USD, window: session}");
        budgets.admit(attempt(Map.of("session", "s1"), Size.USUAL)).join();

        CompletableFuture<BudgetPermit> again = budgets.admit(attempt(Map.of("session", "s1"), Size.USUAL));
        timer.advance(Duration.ZERO);
        assertThat(again).isCompletedExceptionally();
        assertThat(budgets.admit(attempt(Map.of("session", "s2"), Size.USUAL))
                        .join()
                        .holds())
                .hasSize(1);
    }

    @Test
    void aCallWithoutTheTagDoesNotEscape() {
        Budgets budgets = budgets("{id: team, scope: {team: '*'}, limit: 0.002 USD, window: day}");
        budgets.admit(attempt(Map.of(), Size.USUAL)).join();

        CompletableFuture<BudgetPermit> again = budgets.admit(attempt(Map.of(), Size.USUAL));
        timer.advance(Duration.ZERO);

        assertThat(again).isCompletedExceptionally();
    }

    @Test
    void refusesACallWhoseCostHasNoBound() {
        Budgets budgets = budgets("{id: day, limit: 1 USD, window: day}");

        assertThatThrownBy(() -> budgets.admit(attempt("no-such-model", Map.of(), Size.USUAL))
                        .join())
                .hasMessageContaining("its price is unknown");
        assertThatThrownBy(
                        () -> budgets.admit(attempt(Map.of(), new Size(10, OptionalLong.empty(), OptionalLong.empty())))
                                .join())
                .hasMessageContaining("set maxTokens");
    }

    @Test
    void setsTheFeeOfSearchesAsideAndRefusesThoseWithoutABound() {
        Pricing pricing = PRICING.with(ModelTable.ofCsv("prices.csv", new StringReader("""
                provider,model,effective,input,output,webSearchPerThousand
                openai,gpt-5-mini,,0.25,2,10
                """)));
        String refusing = "{id: day, limit: 1 USD, window: day}";
        Size three = new Size(1_000, OptionalLong.empty(), OptionalLong.of(500), OptionalLong.of(3));
        Size unbound = new Size(1_000, OptionalLong.empty(), OptionalLong.of(500), OptionalLong.empty());

        assertThat(budgets(refusing, store, pricing)
                        .admit(attempt(Map.of(), three))
                        .join()
                        .holds())
                .extracting(hold -> hold.nanos())
                .containsExactly(NANOS + 30_000_000);
        assertThatThrownBy(() -> budgets(refusing, store, pricing)
                        .admit(attempt(Map.of(), unbound))
                        .join())
                .hasMessageContaining("nothing bounds the searches")
                .hasMessageContaining("max_uses");
        assertThat(budgets("{id: day, limit: 1 USD, window: day, unknownCost: allow}", store, pricing)
                        .admit(attempt(Map.of(), unbound)))
                .isCompleted();
    }

    @Test
    void letsACallOfUnknownCostThroughIfTheBudgetSaysSo() {
        Budgets budgets = budgets("{id: day, limit: 1 USD, window: day, unknownCost: allow}");

        assertThat(budgets.admit(attempt("no-such-model", Map.of(), Size.USUAL))
                        .join()
                        .holds())
                .extracting(hold -> hold.nanos())
                .containsExactly(0L);
    }

    @Test
    void convertsCurrenciesUpwardsForHoldsAndRefusesThoseItHasNoRateFor() {
        Budgets euro = budgets("{id: day, limit: 1 EUR, window: day, exchangeRates: {USD: 0.333333333}}");
        Budgets noRate = budgets("{id: day, limit: 1 EUR, window: day}");

        assertThat(admit(euro, "a").holds().get(0).nanos()).isEqualTo(416_667);
        assertThatThrownBy(() -> admit(noRate, "a"))
                .hasMessageContaining("its price is in USD and the budget in EUR; set exchangeRates.USD");
    }

    @Test
    void tellsOfEveryPercentageOnceAndOfTheFirstRefusal() {
        Budgets budgets =
                budgets("{id: day, limit: 0.003 USD, window: day, alerts: [25, 40, 80], alertTo: 'direct:alert'}");
        admit(budgets, "a").ended(costing(1_000, 500));
        admit(budgets, "a").ended(costing(1_000, 500));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> admit(budgets, "a")).hasMessageContaining("day");
        }

        assertThat(events)
                .extracting(BudgetEvent::kind, BudgetEvent::percent)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(BudgetEvent.Kind.REACHED, 25),
                        org.assertj.core.groups.Tuple.tuple(BudgetEvent.Kind.REACHED, 40),
                        org.assertj.core.groups.Tuple.tuple(BudgetEvent.Kind.REACHED, 80),
                        org.assertj.core.groups.Tuple.tuple(BudgetEvent.Kind.REFUSED, 100));
        assertThat(events.get(1).words())
                .isEqualTo("budget day has reached 40 %: 0.00125 of 0.003 USD spent, resets at 2026-11-26T00:00:00Z");
        assertThat(events.get(0).alertTo()).contains("direct:alert");
    }

    @Test
    void aSoftBudgetOnlyCounts() {
        Budgets budgets =
                budgets("{id: day, limit: 0.001 USD, window: day, enforcement: soft, alertTo: 'direct:alert'}");

        admit(budgets, "a").ended(costing(1_000, 500));
        admit(budgets, "a").ended(costing(1_000, 500));

        assertThat(balance("day").spentNanos()).isEqualTo(2 * NANOS);
        assertThat(events).singleElement().satisfies(told -> {
            assertThat(told.percent()).isEqualTo(100);
            assertThat(told.alertTo()).contains("direct:alert");
        });
    }

    @Test
    void aSoftBudgetTellsNobodyIfItSaysSo() {
        Budgets budgets = budgets("{id: day, limit: 0.001 USD, window: day, enforcement: soft, alerts: []}");

        admit(budgets, "a").ended(costing(1_000, 500));

        assertThat(events).isEmpty();
    }

    @Test
    void aSpentSoftBudgetAsksForACheaperModelUntilItsWindowEnds() {
        Budgets budgets = budgets("""
                {id: day, scope: {team: '*'}, limit: 0.001 USD, window: day, enforcement: soft,
                 whenExceeded: downgrade, downgradeTo: openai/gpt-5-nano}
                """);
        assertThat(budgets.downgrade("openai", "gpt-5-mini", Operation.CHAT, Map.of("team", "a")))
                .isEmpty();

        admit(budgets, "a").ended(costing(1_000, 500));

        assertThat(budgets.downgrade("openai", "gpt-5-mini", Operation.CHAT, Map.of("team", "a")))
                .contains("openai/gpt-5-nano");
        assertThat(budgets.downgrade("openai", "gpt-5-mini", Operation.CHAT, Map.of("team", "b")))
                .isEmpty();
        timer.advance(Duration.ofHours(12));
        assertThat(budgets.downgrade("openai", "gpt-5-mini", Operation.CHAT, Map.of("team", "a")))
                .isEmpty();
    }

    @Test
    void aSpentSoftBudgetSlowsCallsDown() {
        Budgets budgets = budgets("""
                {id: day, limit: 0.001 USD, window: day, enforcement: soft, whenExceeded: throttle, throttleTo: 6}
                """);
        admit(budgets, "a").ended(costing(1_000, 500));
        admit(budgets, "a");

        CompletableFuture<BudgetPermit> second = budgets.admit(attempt(Map.of(), Size.USUAL));
        CompletableFuture<BudgetPermit> third = budgets.admit(attempt(Map.of(), Size.USUAL));
        assertThat(second).isNotDone();
        timer.advance(Duration.ofSeconds(10));
        assertThat(second).isCompleted();
        assertThat(third).isNotDone();
        third.cancel(false);
        assertThat(balance("day").reservedNanos()).isEqualTo(2 * NANOS);
    }

    @Test
    void refusesACallThatWouldBeSlowedDownForTooLong() {
        Budgets budgets = budgets("""
                {id: day, limit: 0.001 USD, window: day, enforcement: soft, whenExceeded: throttle, throttleTo: 1}
                """);
        admit(budgets, "a").ended(costing(1_000, 500));
        for (int i = 0; i < 6; i++) {
            budgets.admit(attempt(Map.of(), Size.USUAL));
        }

        assertThatThrownBy(() -> budgets.admit(attempt(Map.of(), Size.USUAL)).join())
                .cause()
                .isInstanceOf(LlmRateLimitedException.class)
                .hasMessageContaining("lets 1 calls a minute through; this one would wait 360 s");
    }

    @Test
    void namesTheBudgetWhoseTurnTakesLongest() {
        Budgets budgets = budgets("""
                - {id: all, limit: 9 USD, window: day}
                - {id: fast, limit: 0.001 USD, window: day, enforcement: soft, whenExceeded: throttle, throttleTo: 60}
                - {id: slow, limit: 0.001 USD, window: day, enforcement: soft, whenExceeded: throttle, throttleTo: 1}
                - {id: total, limit: 9 USD, window: total}
                """);
        admit(budgets, "a").ended(costing(1_000, 500));
        for (int i = 0; i < 6; i++) {
            budgets.admit(attempt(Map.of(), Size.USUAL));
        }

        assertThatThrownBy(() -> budgets.admit(attempt(Map.of(), Size.USUAL)).join())
                .hasMessageContaining("budget 'slow' is spent and lets 1 calls a minute through");
    }

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
    void tellsThatALoweredLimitIsReached() {
        Budgets budgets = budgets("{id: day, limit: 0.003 USD, window: day, alerts: [40, 80, 100]}");
        admit(budgets, "a").ended(costing(1_000, 500));
        assertThat(events).extracting(BudgetEvent::percent).containsExactly(40);

        budgets.define(
                definitions("{id: day, limit: 0.0015 USD, window: day, enforcement: soft, alerts: [40, 80, 100]}"));
        admit(budgets, "a").ended(costing(40, 10));
        assertThat(events).extracting(BudgetEvent::percent).containsExactly(40, 80);

        admit(budgets, "a").ended(costing(1_000, 500));
        admit(budgets, "a").ended(costing(1_000, 500));
        assertThat(events).extracting(BudgetEvent::percent).containsExactly(40, 80, 100);
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
    void goesByTheMomentAtWhichTheCallIsSent() {
        Budgets budgets = budgets("{id: minute, limit: 1 USD, window: minute}");
        Attempt asked = attempt(Map.of(), Size.USUAL);
        // It waits for a rate limit
        timer.advance(Duration.ofSeconds(70));

        assertThat(budgets.admit(asked).join().holds())
                .extracting(Hold::period)
                .containsExactly(Instant.parse("2026-11-25T12:01:00Z").getEpochSecond());
    }

    @Test
    void countsTheMostThatFitsOfAHugeCostAndRefusesItByAHardBudget() {
        Pricing pricing = PRICING.with(ModelTable.ofCsv("prices.csv", new StringReader("""
                provider,model,effective,input,output
                openai,gpt-5-mini,,900000,900000
                """)));
        String rate = "exchangeRates: {USD: 100000000}";

        assertThatThrownBy(() ->
                        admit(budgets("{id: hard, limit: 9 EUR, window: day, " + rate + "}", store, pricing), "a"))
                .cause()
                .isInstanceOf(LlmBudgetExceededException.class)
                .hasMessageContaining("it is more than 4000000000 EUR, the most that budgets can keep");
        BudgetPermit soft = admit(
                budgets("{id: soft, limit: 9 EUR, window: day, enforcement: soft, " + rate + "}", store, pricing), "a");
        assertThat(soft.holds()).extracting(Hold::nanos).containsExactly(4_000_000_000_000_000_000L);
        soft.ended(record(
                true,
                pricing.cost(
                        Usage.of(1_000, 500),
                        "openai",
                        "gpt-5-mini",
                        timer.clock().instant())));
        assertThat(balance("soft").spentNanos()).isEqualTo(4_000_000_000_000_000_000L);
    }

    @Test
    void namesOfAccountsFitIntoStoresAndStayDifferent() {
        Budgets budgets = budgets("{id: both, scope: {team: '*', user: '*'}, limit: 1 USD, window: day}");
        String commas = ",".repeat(128);

        List<String> names = new ArrayList<>();
        for (String user : List.of(commas, commas.substring(1) + ";")) {
            budgets.admit(attempt(Map.of("team", commas, "user", user), Size.USUAL))
                    .join()
                    .holds()
                    .forEach(hold -> names.add(hold.account()));
        }

        assertThat(names).doesNotHaveDuplicates().hasSize(2).allSatisfy(name -> assertThat(name)
                .hasSize(512)
                .startsWith("both/team=%2c"));
        assertThat(budgets.states(names).join())
                .extracting(state -> state.reserved().nanos())
                .containsExactly(NANOS, NANOS);
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
