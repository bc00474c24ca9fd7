package io.github.camelllm.component;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.budget.BudgetDefinitions;
import io.github.camelllm.budget.BudgetState;
import io.github.camelllm.budget.Budgets;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.limit.LimitDefinition;
import io.github.camelllm.limit.LimitDefinitions;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The budgets and rate limits of one component as they are defined now, to be looked at and changed. Thread-safe. */
public final class LlmPolicies {
    private final PolicyDefinitions<BudgetDefinitions> budgetDefinitions;
    private final PolicyDefinitions<LimitDefinitions> limitDefinitions;
    private final Budgets budgets;
    private final LlmLimits limits;

    LlmPolicies(
            PolicyDefinitions<BudgetDefinitions> budgetDefinitions,
            PolicyDefinitions<LimitDefinitions> limitDefinitions,
            Budgets budgets,
            LlmLimits limits) {
        this.budgetDefinitions = budgetDefinitions;
        this.limitDefinitions = limitDefinitions;
        this.budgets = budgets;
        this.limits = limits;
    }

    /** How definitions of budgets are read. */
    static final PolicyDefinitions.Family<BudgetDefinitions> BUDGETS = new PolicyDefinitions.Family<>() {
        @Override
        public BudgetDefinitions none() {
            return BudgetDefinitions.NONE;
        }

        @Override
        public BudgetDefinitions withYaml(BudgetDefinitions others, String sourceName, StringReader text) {
            return others.withYaml(sourceName, text);
        }

        @Override
        public BudgetDefinitions withProperties(BudgetDefinitions others, Map<String, String> properties) {
            return others.withProperties(properties);
        }

        @Override
        public Map<String, String> lines(BudgetDefinitions definitions) {
            Map<String, String> lines = new TreeMap<>();
            for (BudgetDefinition budget : definitions.all()) {
                lines.put(budget.name(), budget.toString());
            }
            return lines;
        }
    };

    /** How definitions of limits are read. */
    static final PolicyDefinitions.Family<LimitDefinitions> LIMITS = new PolicyDefinitions.Family<>() {
        @Override
        public LimitDefinitions none() {
            return LimitDefinitions.NONE;
        }

        @Override
        public LimitDefinitions withYaml(LimitDefinitions others, String sourceName, StringReader text) {
            return others.withYaml(sourceName, text);
        }

        @Override
        public LimitDefinitions withProperties(LimitDefinitions others, Map<String, String> properties) {
            return others.withProperties(properties);
        }

        @Override
        public Map<String, String> lines(LimitDefinitions definitions) {
            Map<String, String> lines = new TreeMap<>();
            for (LimitDefinition limit : definitions.all()) {
                lines.put(limit.name(), limit.toString());
            }
            return lines;
        }
    };

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
     * @throws CatalogException if it is none; nothing changes then
     */
    public void defineBudget(String name, String yaml, String who) {
        budgetDefinitions.define(name, yaml, who);
    }

    /** Takes a budget away that was defined by {@link #defineBudget}. */
    public void removeBudget(String name, String who) {
        budgetDefinitions.remove(name, who);
    }

    /** As {@link #defineBudget}, for a rate limit. */
    public void defineLimit(String name, String yaml, String who) {
        limitDefinitions.define(name, yaml, who);
    }

    /** Takes a rate limit away that was defined by {@link #defineLimit}. */
    public void removeLimit(String name, String who) {
        limitDefinitions.remove(name, who);
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
