package io.github.camelllm.component;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.budget.BudgetDefinitions;
import io.github.camelllm.budget.BudgetState;
import io.github.camelllm.budget.Budgets;
import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.limit.LimitDefinition;
import io.github.camelllm.limit.LimitDefinitions;
import io.github.camelllm.limit.LimitLevel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The budgets and rate limits of one component as they are defined now, to be looked at and changed. Thread-safe. */
public final class LlmPolicies {
    /** How definitions of budgets are read. */
    static final PolicyDefinitions.Family<BudgetDefinitions> BUDGETS = new PolicyDefinitions.Family<>(
            BudgetDefinitions.NONE,
            BudgetDefinitions::withYaml,
            BudgetDefinitions::withProperties,
            BudgetDefinitions::withAll,
            budgets -> lines(budgets.all(), BudgetDefinition::name));

    /** How definitions of limits are read. */
    static final PolicyDefinitions.Family<LimitDefinitions> LIMITS = new PolicyDefinitions.Family<>(
            LimitDefinitions.NONE,
            LimitDefinitions::withYaml,
            LimitDefinitions::withProperties,
            LimitDefinitions::withAll,
            limits -> lines(limits.all(), LimitDefinition::name));

    private final PolicyDefinitions<BudgetDefinitions> budgetDefinitions;
    private final PolicyDefinitions<LimitDefinitions> limitDefinitions;
    private final Budgets budgets;
    private final LlmLimits limits;
    private final Optional<CallLedger> ledger;

    LlmPolicies(
            PolicyDefinitions<BudgetDefinitions> budgetDefinitions,
            PolicyDefinitions<LimitDefinitions> limitDefinitions,
            Budgets budgets,
            LlmLimits limits,
            Optional<CallLedger> ledger) {
        this.budgetDefinitions = budgetDefinitions;
        this.limitDefinitions = limitDefinitions;
        this.budgets = budgets;
        this.limits = limits;
        this.ledger = ledger;
    }

    private static <D> Map<String, String> lines(List<D> definitions, Function<D, String> name) {
        Map<String, String> lines = new TreeMap<>();
        definitions.forEach(definition -> lines.put(name.apply(definition), definition.toString()));
        return lines;
    }

    Budgets budgets() {
        return budgets;
    }

    LlmLimits limits() {
        return limits;
    }

    /** Reads files, properties and stored definitions again, now. */
    public void refresh() {
        budgetDefinitions.refresh();
        limitDefinitions.refresh();
    }

    /** Why the newest definitions are not in use; null if they are. */
    public @Nullable String getProblem() {
        return budgetDefinitions.problem().or(limitDefinitions::problem).orElse(null);
    }

    /**
     * Adds a budget or replaces one. Nodes that share the store of definitions take it over at their next look.
     *
     * @param yaml its definition, such as {@code limit: 500 USD} and {@code window: month} in two lines
     * @param who changes it, for the audit
     * @throws CatalogException if it is none, or cannot be used; nothing changes then
     */
    public void defineBudget(String name, String yaml, String who) {
        budgetDefinitions.define(name, yaml, who);
    }

    /** Takes a budget away that was defined by {@link #defineBudget}; fails as that does. */
    public void removeBudget(String name, String who) {
        budgetDefinitions.remove(name, who);
    }

    /** As {@link #defineBudget}, for a rate limit. */
    public void defineLimit(String name, String yaml, String who) {
        limitDefinitions.define(name, yaml, who);
    }

    /** Takes a rate limit away that was defined by {@link #defineLimit}; fails as that does. */
    public void removeLimit(String name, String who) {
        limitDefinitions.remove(name, who);
    }

    /**
     * Takes a change over at once that is made in the store itself, such as several definitions in one transaction. If what is
     * stored then cannot be used, {@link #getProblem} says why.
     *
     * @param who makes it, for the audit
     * @param change what it throws is thrown on, and nothing has changed then
     */
    public void changeStored(String who, Runnable change) {
        budgetDefinitions.change(who, change);
        limitDefinitions.change(who, () -> {});
    }

    /** Enters a change of something else that decides about money in the ledger, if there is one. */
    public void audit(AuditEntry entry) {
        ledger.ifPresent(books -> books.audit(entry));
    }

    /** The budgets that hold now, sorted by name. */
    public List<BudgetDefinition> getBudgetDefinitions() {
        return budgets.definitions().all();
    }

    /** The rate limits that hold now, sorted by name. */
    public List<LimitDefinition> getLimitDefinitions() {
        return limits.definitions().all();
    }

    /**
     * Asks the limits' store what is left of those that calls of this process have used. Does not wait for it.
     *
     * @param mostAccounts of more than these, those that were used last
     */
    public List<LimitLevel> limitLevels(int mostAccounts) {
        return limits.levels(mostAccounts);
    }

    /**
     * How accounts are doing by what the store of budgets holds. Names that belong to no budget are left out. Fails with
     * {@link io.github.camelllm.budget.BudgetStoreException} if the store cannot be reached.
     *
     * @param accountNames such as {@code team-month/team=search}; the budget's name alone if it has one account
     */
    public CompletableFuture<List<BudgetState>> budgetStates(Collection<String> accountNames) {
        return budgets.states(accountNames);
    }

    /** Accounts that this process used lately, each a map of JDK types: budget, account, hard, limit, spent, reserved, … */
    public List<Map<String, Object>> getBudgets() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (BudgetState state : budgets.states()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("budget", state.budget());
            row.put("account", state.account());
            row.put("hard", state.hard());
            row.put("limit", state.limit().amount());
            row.put("spent", state.spent().amount());
            row.put("reserved", state.reserved().amount());
            row.put("currency", state.limit().currency());
            state.resetsAt().ifPresent(at -> row.put("resetsAt", at.toString()));
            rows.add(row);
        }
        return rows;
    }
}
