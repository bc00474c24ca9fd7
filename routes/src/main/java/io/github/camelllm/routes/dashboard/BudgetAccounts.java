package io.github.camelllm.routes.dashboard;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.budget.BudgetState;
import io.github.camelllm.component.LlmPolicies;
import io.github.camelllm.routes.dashboard.BudgetsPage.Account;
import io.github.camelllm.routes.store.BudgetAccountNames;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the accounts of budgets, and asks their store how they are doing. Thread-safe. */
final class BudgetAccounts {
    /** Accounts that are shown. */
    static final int MOST = 500;

    /** Accounts that the store of budgets is asked for because the ledger knows them. */
    private static final int MOST_ASKED = 2_000;

    private final RunningComponents components;
    private final TimedQueries queries;
    private final Duration timeout;

    BudgetAccounts(RunningComponents components, TimedQueries queries, Duration timeout) {
        this.components = components;
        this.queries = queries;
        this.timeout = timeout;
    }

    /**
     * What was found.
     *
     * @param anyBudget whether a budget is defined, with or without an account
     * @param accounts the most used ones, by what is used of them
     * @param more whether there may be others
     * @param wanted the one that was asked for, among the others or not
     */
    record Found(boolean anyBudget, List<Account> accounts, boolean more, Optional<Account> wanted) {
        Found {
            accounts = List.copyOf(accounts);
        }
    }

    Found find(Optional<String> wanted, Instant now)
            throws SQLException, ExecutionException, TimeoutException, InterruptedException {
        List<Account> accounts = new ArrayList<>();
        boolean anyBudget = false;
        boolean more = false;
        for (LlmPolicies policies : components.policies()) {
            Map<String, BudgetDefinition> definitions = new TreeMap<>();
            policies.getBudgetDefinitions().forEach(budget -> definitions.put(budget.name(), budget));
            anyBudget |= !definitions.isEmpty();
            Set<String> names = new TreeSet<>();
            more |= addNames(policies, definitions, names, now);
            Set<String> asked = new TreeSet<>(names);
            wanted.filter(name -> definitions.containsKey(budgetOf(name))).ifPresent(asked::add);
            for (BudgetState state : states(policies, asked)) {
                BudgetDefinition budget = definitions.get(state.budget());
                // A name that nobody has used is none
                if (budget != null && (names.contains(budget.accountName(state.account())) || isUsed(state))) {
                    accounts.add(new Account(budget, state));
                }
            }
        }
        accounts.sort(Comparator.comparing(Account::used).reversed().thenComparing(Account::name));
        return new Found(
                anyBudget,
                accounts.subList(0, Math.min(MOST, accounts.size())),
                more || accounts.size() > MOST,
                accounts.stream()
                        .filter(account -> wanted.equals(Optional.of(account.name())))
                        .findFirst());
    }

    private static String budgetOf(String account) {
        return account.split("/", 2)[0];
    }

    private static boolean isUsed(BudgetState state) {
        return state.spent().amount().signum() != 0 || state.reserved().amount().signum() != 0;
    }

    private List<BudgetState> states(LlmPolicies policies, Set<String> names)
            throws ExecutionException, TimeoutException, InterruptedException {
        return names.isEmpty()
                ? List.of()
                : policies.budgetStates(names).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @return whether there may be more names */
    private boolean addNames(
            LlmPolicies policies, Map<String, BudgetDefinition> definitions, Set<String> names, Instant now)
            throws SQLException {
        List<BudgetDefinition> divided = new ArrayList<>();
        for (BudgetDefinition budget : definitions.values()) {
            if (budget.scope().dimensions().values().stream().anyMatch(Set::isEmpty)) {
                divided.add(budget);
            } else {
                names.add(budget.name());
            }
        }
        policies.getBudgets().forEach(row -> {
            BudgetDefinition budget = definitions.get(String.valueOf(row.get("budget")));
            if (budget != null) {
                names.add(budget.accountName(String.valueOf(row.get("account"))));
            }
        });
        boolean more = false;
        int most = Math.min(MOST, Math.max(1, MOST_ASKED / Math.max(1, divided.size())));
        for (BudgetDefinition budget : divided) {
            List<String> booked = booked(budget, most, now);
            names.addAll(booked);
            more |= booked.size() == most;
        }
        return more;
    }

    /** Accounts that the ledger has charged in a window that is not over, those that have spent most first. */
    private List<String> booked(BudgetDefinition budget, int most, Instant now) throws SQLException {
        long from = budget.window().from(now);
        return queries.list(
                "select account from llm_budget_spent where period " + (from == 0 ? "=" : ">=")
                        + " ? and account like ? escape '!' and (forget_after = 0 or forget_after >= ?)"
                        + " group by account order by sum(nanos) desc, account",
                most,
                List.of(from, BudgetAccountNames.like(budget.name()), now.getEpochSecond()),
                row -> row.getString(1));
    }
}
