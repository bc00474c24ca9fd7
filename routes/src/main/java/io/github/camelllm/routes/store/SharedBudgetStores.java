package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.component.LlmExtension;
import java.util.Optional;

/** Makes the stores of budgets that processes share. */
public final class SharedBudgetStores {
    private SharedBudgetStores() {}

    /** @return empty if there is none of this kind here */
    public static Optional<BudgetStore> of(String kind, LlmExtension.Context context) {
        if (kind.equals("jdbc")) {
            return Optional.of(jdbc(context));
        }
        if (kind.equals("redis")) {
            return Optional.of(redis(context));
        }
        return Optional.empty();
    }

    private static BudgetStore jdbc(LlmExtension.Context context) {
        BudgetStoreSettings settings = settings(context);
        Shared<LlmDatabase> part = SharedDatabase.of(context);
        return JdbcBudgetStore.start(part.get(), settings, context.timer(), part);
    }

    private static BudgetStore redis(LlmExtension.Context context) {
        BudgetStoreSettings settings = settings(context);
        Shared<LlmRedis> part = SharedRedis.of(context);
        return RedisBudgetStore.start(part.get(), settings, context.timer(), part);
    }

    private static BudgetStoreSettings settings(LlmExtension.Context context) {
        return BudgetStoreSettings.of(context.properties(BudgetStoreSettings.PREFIX));
    }
}
