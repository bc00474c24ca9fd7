package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetsTest {
    private final RetryBudgets budgets = new RetryBudgets(10, 3);

    private static int withdrawAll(RetryBudgets.Budget budget) {
        int granted = 0;
        while (budget.tryWithdraw()) {
            granted++;
        }
        return granted;
    }

    @Test
    void grantsItsReserveAndThenATenthOfTheCalls() {
        RetryBudgets.Budget budget = budgets.of("openai");
        assertThat(withdrawAll(budget)).isEqualTo(3);

        for (int i = 0; i < 25; i++) {
            budget.deposit();
        }

        assertThat(withdrawAll(budget)).isEqualTo(2);
    }

    @Test
    void savesUpNoMoreThanTenReserves() {
        RetryBudgets.Budget budget = budgets.of("openai");

        for (int i = 0; i < 100_000; i++) {
            budget.deposit();
        }

        assertThat(withdrawAll(budget)).isEqualTo(30);
    }

    @Test
    void isSharedByAllCallsToAProviderAndByNoOther() {
        withdrawAll(budgets.of("openai"));

        assertThat(budgets.of("openai").tryWithdraw()).isFalse();
        assertThat(budgets.of("groq").tryWithdraw()).isTrue();
    }
}
