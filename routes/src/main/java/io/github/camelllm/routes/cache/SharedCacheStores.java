package io.github.camelllm.routes.cache;

import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.cache.SemanticIndex;
import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.routes.store.LlmDatabase;
import java.util.Optional;

/** Makes stores of cached answers, and the index of questions, by the properties of an application. */
public final class SharedCacheStores {
    private SharedCacheStores() {}

    /** @return empty if there is none of this kind here */
    public static Optional<CacheStore> of(String kind, LlmExtension.Context context) {
        if (kind.equals("jdbc")) {
            return Optional.of(new JdbcCacheStore(LlmDatabase.open(context.properties("llm.jdbc.")), context.clock()));
        }
        if (kind.equals("redis")) {
            return Optional.of(RedisCacheStore.open(context.properties("llm.redis.")));
        }
        return Optional.empty();
    }

    /** @throws IllegalArgumentException if the model's jar is missing, or a property is wrong */
    public static SemanticIndex semanticIndex(LlmExtension.Context context) {
        return SentenceIndex.open(context.properties("llm.cache.semantic."), context.timer()::nanoTime);
    }
}
