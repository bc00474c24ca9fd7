package io.github.camelllm.routes.store;

import io.github.camelllm.component.LlmExtension;

/** The one Redis client of a Camel context, by the properties {@code llm.redis.…}. */
public final class SharedRedis {
    private SharedRedis() {}

    /** @throws IllegalArgumentException if the properties name no Redis that can be used */
    public static Shared<LlmRedis> of(LlmExtension.Context context) {
        return Shared.of(
                context.camelContext(), LlmRedis.class, () -> LlmRedis.open(context.properties(LlmRedis.PREFIX)));
    }
}
