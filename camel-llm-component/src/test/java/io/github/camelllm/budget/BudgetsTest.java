package io.github.camelllm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.Guards.BudgetPermit;
import io.github.camelllm.call.Hold;
import io.github.camelllm.catalog.ModelTable;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.Usage;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What is set aside before an attempt, what becomes of it, and what is refused. */
class BudgetsTest extends BudgetCases {
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
}
