package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.budget.BudgetState;
import io.github.camelllm.chat.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BudgetProjectionTest {
    private static final Instant FROM = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-11T00:00:00Z");
    private static final Instant RESET = Instant.parse("2026-12-01T00:00:00Z");

    private static BudgetState state(String limit, String spent, String reserved) {
        return new BudgetState(
                "b", "", true, Money.usd(limit), Money.usd(spent), Money.usd(reserved), Optional.of(RESET));
    }

    @Test
    void whatIsLeftGoesAtThePaceSoFar() {
        // 100 in ten days; 50 are left
        assertThat(BudgetProjection.of(state("150", "100", "0"), FROM, NOW)
                        .orElseThrow()
                        .exhausted())
                .hasValueSatisfying(at -> assertThat(Duration.between(NOW.plus(Duration.ofDays(5)), at)
                                .abs())
                        .isLessThan(Duration.ofSeconds(2)));
    }

    @Test
    void whatLastsToTheEndOfTheWindowIsNotExhausted() {
        assertThat(BudgetProjection.of(state("500", "100", "0"), FROM, NOW)
                        .orElseThrow()
                        .exhausted())
                .isEmpty();
        assertThat(BudgetProjection.of(state("500", "0", "0"), FROM, NOW)
                        .orElseThrow()
                        .exhausted())
                .isEmpty();
    }

    @Test
    void whatIsSetAsideIsNotLeft() {
        assertThat(BudgetProjection.left(state("150", "100", "49.5"))).isEqualByComparingTo("0.5");
        assertThat(BudgetProjection.of(state("150", "100", "50"), FROM, NOW)
                        .orElseThrow()
                        .exhausted())
                .contains(NOW);
    }

    @Test
    void nothingIsForetoldAtTheVeryBegin() {
        assertThat(BudgetProjection.of(state("150", "1", "0"), NOW, NOW)).isEmpty();
    }
}
