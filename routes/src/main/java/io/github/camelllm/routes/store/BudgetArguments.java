package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.budget.BudgetStore.Window;
import java.util.List;

/** Refuses what no store can keep, before it is on its way with others. */
final class BudgetArguments {
    private static final int MAX_ACCOUNT = 512;

    private BudgetArguments() {}

    static void checkClaims(List<Claim> claims) {
        for (Claim claim : claims) {
            checkWindow(claim.window());
            if (claim.hold().nanos() < 0) {
                throw new IllegalArgumentException("a hold must be 0 or more nanos but is "
                        + claim.hold().nanos() + " for " + claim.hold().account());
            }
        }
    }

    static void checkSettlements(List<Settlement> settlements) {
        for (Settlement settlement : settlements) {
            checkWindow(window(settlement));
        }
    }

    static void checkWindows(List<Window> windows) {
        windows.forEach(BudgetArguments::checkWindow);
    }

    private static void checkWindow(Window window) {
        String account = window.account();
        if (account.isEmpty() || account.length() > MAX_ACCOUNT || account.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the name of an account must have 1 to " + MAX_ACCOUNT
                    + " characters and no NUL but has " + account.length() + ": "
                    + account.substring(0, Math.min(account.length(), 64)));
        }
    }

    static Window window(Settlement settlement) {
        return new Window(
                settlement.hold().account(),
                settlement.fromPeriod(),
                settlement.hold().period());
    }
}
