package io.github.camelllm.routes.policies;

import org.apache.camel.builder.RouteBuilder;

/** The routes of docs/budgets.md in Java. */
final class BudgetDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("direct:define-budget").routeId("define-budget").bean(PolicyControl.class, "defineBudget");
        from("direct:list-budgets").routeId("list-budgets").bean(PolicyControl.class, "listBudgets");
    }
}
