package io.github.camelllm.component;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.budget.BudgetDefinitions;
import io.github.camelllm.budget.BudgetWindow;
import io.github.camelllm.call.CallLedger;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** How long amounts in a ledger are of use to the budgets that are defined now. Thread-safe. */
record SpentWindows(Supplier<BudgetDefinitions> definitions) implements CallLedger.SpentLife {
    private static final int HOUR_SECONDS = 3_600;

    /** The first period that counts for each budget that has accounts. */
    static Map<String, Long> fromPeriods(BudgetDefinitions definitions, Instant now) {
        Map<String, Long> periods = new TreeMap<>();
        for (BudgetDefinition budget : definitions.all()) {
            if (!(budget.window() instanceof BudgetWindow.Call)) {
                periods.put(budget.name(), budget.window().from(now));
            }
        }
        return periods;
    }

    @Override
    public Optional<Instant> forgetAfter(String account, long period, Instant at) {
        return definitions
                .get()
                .find(account.split("/", 2)[0])
                .map(budget -> budget.window().forgetAfter(period == 0 ? at : Instant.ofEpochSecond(period)))
                .map(SpentWindows::endOfHour);
    }

    /** A session's moves on with each call, but need not be written with each. */
    private static Instant endOfHour(Instant at) {
        return Instant.ofEpochSecond((Math.floorDiv(at.getEpochSecond(), HOUR_SECONDS) + 1) * HOUR_SECONDS);
    }
}
