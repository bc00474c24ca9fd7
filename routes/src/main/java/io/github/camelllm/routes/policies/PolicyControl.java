package io.github.camelllm.routes.policies;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmPolicies;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * Budgets and rate limits in the hands of a route: a bean whose methods read headers and the body. What is wrong is refused with
 * an exception that says where, and changes nothing.
 */
public final class PolicyControl {
    /** Header with the name of the budget or limit. */
    public static final String NAME = "CamelLlmPolicy";
    /** Header with who changes it, for the audit; {@code route} if it is absent. */
    public static final String ACTOR = "CamelLlmActor";

    private static final String BY_A_ROUTE = "route";

    /** Adds a budget or replaces one. @param yaml its definition, without the name */
    public void defineBudget(
            @Header(NAME) @Nullable String name,
            @Body String yaml,
            @Header(ACTOR) @Nullable String actor,
            CamelContext context) {
        policies(context).defineBudget(required(name), yaml, who(actor));
    }

    /** Takes a budget away that {@link #defineBudget} made. */
    public void removeBudget(
            @Header(NAME) @Nullable String name, @Header(ACTOR) @Nullable String actor, CamelContext context) {
        policies(context).removeBudget(required(name), who(actor));
    }

    /** Adds a rate limit or replaces one. @param yaml its definition, without the name */
    public void defineLimit(
            @Header(NAME) @Nullable String name,
            @Body String yaml,
            @Header(ACTOR) @Nullable String actor,
            CamelContext context) {
        policies(context).defineLimit(required(name), yaml, who(actor));
    }

    /** Takes a rate limit away that {@link #defineLimit} made. */
    public void removeLimit(
            @Header(NAME) @Nullable String name, @Header(ACTOR) @Nullable String actor, CamelContext context) {
        policies(context).removeLimit(required(name), who(actor));
    }

    /** How the accounts of budgets are doing that this process used lately. */
    public List<Map<String, Object>> listBudgets(CamelContext context) {
        return policies(context).getBudgets();
    }

    private static LlmPolicies policies(CamelContext context) {
        return context.getComponent("llm", LlmComponent.class).getPolicies();
    }

    private static String who(@Nullable String actor) {
        return actor == null ? BY_A_ROUTE : actor;
    }

    private static String required(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException(
                    "expected the name of a budget or limit in the header " + NAME + ", but it is missing");
        }
        return name;
    }
}
