package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.component.PolicyStore;
import io.github.camelllm.limit.LimitStore;
import io.github.camelllm.routes.ledger.Ledger;
import java.util.Optional;

/** What this jar adds to the component: the ledger, and stores that nodes share. */
public final class RoutesExtension implements LlmExtension {
    @Override
    public Optional<CallLedger> ledger(Context context) {
        return Optional.of(Ledger.open(context));
    }

    @Override
    public Optional<BudgetStore> budgetStore(String kind, Context context) {
        return SharedBudgetStores.of(kind, context);
    }

    @Override
    public Optional<LimitStore> limitStore(String kind, Context context) {
        return LimitStores.of(kind, context);
    }

    @Override
    public Optional<PolicyStore> policyStore(String kind, Context context) {
        return kind.equals("jdbc") ? Optional.of(JdbcPolicyStore.open(context)) : Optional.empty();
    }
}
