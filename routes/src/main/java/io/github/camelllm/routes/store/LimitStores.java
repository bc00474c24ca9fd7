package io.github.camelllm.routes.store;

import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.limit.DegradingLimitStore;
import io.github.camelllm.limit.LimitSettings;
import io.github.camelllm.limit.LimitStore;
import io.github.camelllm.limit.SharedLimitStore;
import java.util.Optional;

/** Makes the stores of rate limits that nodes share. */
public final class LimitStores {
    private LimitStores() {}

    /**
     * A store that does without its database or Redis when that is lost.
     *
     * @param kind {@code jdbc} or {@code redis}; empty for others
     */
    public static Optional<LimitStore> of(String kind, LlmExtension.Context context) {
        SharedLimitStore shared;
        if (kind.equals("jdbc")) {
            Shared<LlmDatabase> part = SharedDatabase.of(context);
            shared = JdbcLimitStore.open(part.get(), part);
        } else if (kind.equals("redis")) {
            Shared<LlmRedis> part = SharedRedis.of(context);
            shared = RedisLimitStore.open(part.get(), part);
        } else {
            return Optional.empty();
        }
        return Optional.of(new DegradingLimitStore(
                shared, context.timer(), context.clock(), LimitSettings.of(context.properties("llm.limits."))));
    }
}
