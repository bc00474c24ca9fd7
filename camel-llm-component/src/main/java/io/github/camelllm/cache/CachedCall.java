package io.github.camelllm.cache;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A request with all that was decided for it.
 *
 * @param <R> type of its answer
 * @param key which requests have the same answer, see {@link ChatKey} and {@link EmbeddingsKey}
 * @param stream whether the answer is to be read as a stream
 * @param retention how the answer is kept
 * @param similar how to look for a similar question; empty if only the same one will do
 * @param asked who would be asked, for records of calls that were given no answer
 * @param tags labels for the record of an answer from the cache
 * @param deadline when the answer is of no use any more
 * @param upstream asks the provider
 * @param told hears whether the provider had to be asked; not called if not
 */
public record CachedCall<R>(
        String key,
        boolean stream,
        CacheControl control,
        Retention<R> retention,
        Optional<Similar> similar,
        Asked asked,
        Map<String, String> tags,
        Deadline deadline,
        Upstream<R> upstream,
        Consumer<Passed> told) {
    public CachedCall {
        tags = Map.copyOf(tags);
    }

    /** Why a provider was asked. */
    public enum Passed {
        /** There was no answer. */
        MISS,
        /** The cache was not looked at, or could not be. */
        BYPASS
    }

    /** Asks the provider. */
    public interface Upstream<R> {
        /** Starts the call and returns at once. */
        CallHandle send(CallObserver<R> observer);
    }

    /**
     * A search for a question that means much the same.
     *
     * @param threshold least similarity, above 0 to 1
     */
    public record Similar(Question question, double threshold, SemanticIndex index) {}

    /**
     * How answers are kept.
     *
     * @param ttl how long; an older answer is not taken either
     * @param maxBytes of the largest one
     * @param acceptable whether an answer is worth keeping; may take a while
     */
    public record Retention<R>(Duration ttl, int maxBytes, Predicate<R> acceptable) {}

    /** A provider and its model, or a router's name. */
    public record Asked(String provider, String telemetryName, String model) {
        @Override
        public String toString() {
            return provider + "/" + model;
        }
    }
}
