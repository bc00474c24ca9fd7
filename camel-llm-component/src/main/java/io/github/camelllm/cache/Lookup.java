package io.github.camelllm.cache;

import io.github.camelllm.call.CacheHit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks for the answer to one question: in the store, then for a similar question if that is wanted. */
final class Lookup<R> {
    private final ResponseCache<R> cache;
    private final Flight<R> flight;
    private final String key;
    private final CachedCall<R> call;

    Lookup(ResponseCache<R> cache, Flight<R> flight, String key, CachedCall<R> call) {
        this.cache = cache;
        this.flight = flight;
        this.key = key;
        this.call = call;
    }

    void start() {
        cache.store().get(key, look -> {
            Optional<CachedAnswer<R>> kept = fresh(look);
            if (kept.isPresent()) {
                flight.answer(kept.get(), CacheHit.Kind.EXACT);
            } else if (look.failed()) {
                flight.ask(CachedCall.Passed.BYPASS, SemanticIndex.Found.NOTHING);
            } else if (call.similar().isPresent()) {
                search(call.similar().get());
            } else {
                flight.ask(CachedCall.Passed.MISS, SemanticIndex.Found.NOTHING);
            }
        });
    }

    private Optional<CachedAnswer<R>> fresh(StoreAccess.Look look) {
        return look.value()
                .flatMap(cache.kind().codec()::decode)
                .filter(kept -> cache.age(kept).compareTo(call.retention().ttl()) < 0);
    }

    private void search(CachedCall.Similar wanted) {
        cache.store()
                .await(
                        () -> wanted.index().find(wanted.question(), wanted.threshold()),
                        cache.settings().semanticTimeout(),
                        this::found);
    }

    private void found(SemanticIndex.@Nullable Found found, @Nullable Throwable error) {
        if (found == null) {
            cache.searchFailed(error);
            flight.ask(CachedCall.Passed.MISS, SemanticIndex.Found.NOTHING);
        } else if (found.key().isEmpty()) {
            flight.ask(CachedCall.Passed.MISS, found);
        } else {
            cache.store().get(found.key().get(), look -> fresh(look)
                    .ifPresentOrElse(
                            kept -> flight.answer(kept, CacheHit.Kind.SEMANTIC),
                            () -> flight.ask(CachedCall.Passed.MISS, found)));
        }
    }
}
