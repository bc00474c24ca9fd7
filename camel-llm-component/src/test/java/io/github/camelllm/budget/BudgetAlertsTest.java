package io.github.camelllm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.call.Guards.BudgetPermit;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.LlmRateLimitedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is told of budgets, and what soft ones do once they are spent. */
class BudgetAlertsTest extends BudgetCases {
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
}
