package io.github.camelllm.routes.budgets;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmPolicies;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * Budgets in the hands of a route: a bean whose methods read headers and the body. What is wrong is refused with an exception
 * that says where, and changes nothing.
 */
public final class BudgetControl {
    /** Header with the name of the budget. */
    public static final String NAME = "CamelLlmBudget";
    /** Header with who changes it, for the audit; {@code route} if it is absent. */
    public static final String ACTOR = "CamelLlmActor";

    private static final String BY_A_ROUTE = "route";

    /** Adds a budget or replaces it. @param yaml its definition, without the name */
    public void define(
            @Header(NAME) @Nullable String name, @Body String yaml, @Header(ACTOR) @Nullable String actor, CamelContext context) {
        policies(context).defineBudget(required(name), yaml, actor == null ? BY_A_ROUTE : actor);
    }

    /** Takes a budget away that {@link #define} made. */
    public void remove(@Header(NAME) @Nullable String name, @Header(ACTOR) @Nullable String actor, CamelContext context) {
        policies(context).removeBudget(required(name), actor == null ? BY_A_ROUTE : actor);
    }

    /** How the accounts are doing that this process used lately. */
    public List<Map<String, Object>> list(CamelContext context) {
        return policies(context).getBudgets();
    }

    private static LlmPolicies policies(CamelContext context) {
        return context.getComponent("llm", LlmComponent.class).getPolicies();
    }

    private static String required(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("expected the name of a budget in the header " + NAME + ", but it is missing");
        }
        return name;
    }
}
