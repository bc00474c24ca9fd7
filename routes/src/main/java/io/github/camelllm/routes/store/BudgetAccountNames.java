package io.github.camelllm.routes.store;

/** Names of budgets' accounts in SQL. */
public final class BudgetAccountNames {
    private BudgetAccountNames() {}

    /** A pattern for {@code like … escape '!'}, of a budget's accounts but for the one that has no name of its own. */
    public static String like(String budget) {
        return budget.replaceAll("[!%_]", "!$0") + "/%";
    }
}
