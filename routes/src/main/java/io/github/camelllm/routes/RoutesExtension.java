package io.github.camelllm.routes;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.cache.SemanticIndex;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.component.PolicyStore;
import io.github.camelllm.limit.LimitStore;
import io.github.camelllm.routes.cache.SharedCacheStores;
import io.github.camelllm.routes.ledger.Ledger;
import io.github.camelllm.routes.quality.QualityStart;
import io.github.camelllm.routes.store.JdbcPolicyStore;
import io.github.camelllm.routes.store.LimitStores;
import io.github.camelllm.routes.store.SharedBudgetStores;
import io.github.camelllm.routes.telemetry.Telemetry;
import java.util.List;
import java.util.Optional;

/** What this jar adds to the component: the ledger, stores that nodes share, the search for similar questions, and telemetry. */
public final class RoutesExtension implements LlmExtension {
    @Override
    public Optional<CallLedger> ledger(Context context) {
        Ledger ledger = Ledger.open(context);
        Telemetry.of(context.camelContext()).watch(ledger::state);
        QualityStart.of(context);
        return Optional.of(ledger);
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
    public Optional<CacheStore> cacheStore(String kind, Context context) {
        return SharedCacheStores.of(kind, context);
    }

    @Override
    public Optional<SemanticIndex> semanticIndex(Context context) {
        return Optional.of(SharedCacheStores.semanticIndex(context));
    }

    @Override
    public Optional<CallTracing> tracing(Context context) {
        return Telemetry.of(context.camelContext()).tracing();
    }

    @Override
    public List<CallRecordListener> listeners(Context context) {
        return Telemetry.of(context.camelContext()).listeners(context.pricing());
    }

    @Override
    public Optional<PolicyStore> policyStore(String kind, Context context) {
        return kind.equals("jdbc") ? Optional.of(JdbcPolicyStore.open(context)) : Optional.empty();
    }
}
