package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.budget.BudgetDefinitions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpentWindowsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:15:30Z");
    private static final BudgetDefinitions BUDGETS = BudgetDefinitions.NONE.withProperties(Map.of(
            "one-call.limit", "1 USD",
            "one-call.window", "call",
            "talk.limit", "1 USD",
            "talk.window", "session",
            "day.limit", "1 USD",
            "day.window", "day",
            "all.limit", "1 USD",
            "all.window", "total"));

    @Test
    void saysFromWhichPeriodOnAmountsCount() {
        assertThat(SpentWindows.fromPeriods(BUDGETS, NOW))
                .isEqualTo(Map.of(
                        "talk",
                        0L,
                        "all",
                        0L,
                        "day",
                        Instant.parse("2026-11-20T00:00:00Z").getEpochSecond()));
    }

    @Test
    void saysHowLongAmountsAreOfUse() {
        SpentWindows windows = new SpentWindows(() -> BUDGETS);

        assertThat(windows.forgetAfter("talk/session=a", 0, NOW)).contains(Instant.parse("2026-11-21T11:00:00Z"));
        assertThat(windows.forgetAfter("one-call", 0, NOW)).contains(Instant.parse("2026-11-20T11:00:00Z"));
        assertThat(windows.forgetAfter("all", 0, NOW).orElseThrow()).isAfter(Instant.parse("9999-01-01T00:00:00Z"));
        // An attempt that began in the day may end a day after it
        long day = Instant.parse("2026-11-20T00:00:00Z").getEpochSecond();
        assertThat(windows.forgetAfter("day", day, NOW).orElseThrow()).isAfter(Instant.parse("2026-11-21T23:59:59Z"));
        assertThat(windows.forgetAfter("unknown/team=x", day, NOW)).isEmpty();
    }
}
