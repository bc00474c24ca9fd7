package io.github.camelllm.routes.cache;

import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.cache.SemanticIndex;
import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.LlmRedis;
import io.github.camelllm.routes.store.Shared;
import io.github.camelllm.routes.store.SharedDatabase;
import io.github.camelllm.routes.store.SharedRedis;
import java.util.Optional;

/** Makes stores of cached answers, and the index of questions, by the properties of an application. */
public final class SharedCacheStores {
    private SharedCacheStores() {}

    /** @return empty if there is none of this kind here */
    public static Optional<CacheStore> of(String kind, LlmExtension.Context context) {
        if (kind.equals("jdbc")) {
            Shared<LlmDatabase> part = SharedDatabase.of(context);
            return Optional.of(new JdbcCacheStore(part.get(), context.clock(), part));
        }
        if (kind.equals("redis")) {
            Shared<LlmRedis> part = SharedRedis.of(context);
            return Optional.of(new RedisCacheStore(part.get(), part));
        }
        return Optional.empty();
    }

    /** @throws IllegalArgumentException if the model's jar is missing, or a property is wrong */
    public static SemanticIndex semanticIndex(LlmExtension.Context context) {
        return SentenceIndex.open(context.properties("llm.cache.semantic."), context.timer()::nanoTime);
    }
}
