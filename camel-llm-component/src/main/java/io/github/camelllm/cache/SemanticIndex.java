package io.github.camelllm.cache;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds earlier questions that mean much the same. Thread-safe; methods return at once. */
public interface SemanticIndex {
    /**
     * Looks for an earlier question of the same scope.
     *
     * @param threshold least similarity, above 0 to 1
     */
    CompletableFuture<Found> find(Question question, double threshold);

    /** What came of a search. */
    interface Found {
        /** A search that found nothing, of a question that cannot be remembered. */
        Found NOTHING = new Found() {
            @Override
            public Optional<String> key() {
                return Optional.empty();
            }

            @Override
            public void remember(String key, Duration ttl) {}
        };

        /** Key of the answer to the most similar question; empty if none is similar enough. */
        Optional<String> key();

        /** Remembers that the question searched for has its answer under this key, for a while. */
        void remember(String key, Duration ttl);
    }
}
