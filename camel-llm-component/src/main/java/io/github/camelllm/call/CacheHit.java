package io.github.camelllm.call;

import io.github.camelllm.catalog.Cost;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * That an answer came from our own cache and no provider was asked.
 *
 * @param kind how the answer was found
 * @param saved what the provider had charged for it; empty if unknown
 * @param age time since it was answered
 */
public record CacheHit(Kind kind, Optional<Cost> saved, Duration age) {
    /** How an answer was found. */
    public enum Kind {
        /** The same request was answered before. */
        EXACT,
        /** A question that means much the same was answered before. */
        SEMANTIC,
        /** The same request was under way. */
        COALESCED;

        /** As headers say it: {@code hit}, {@code semantic} or {@code coalesced}. */
        public String word() {
            return this == EXACT ? "hit" : name().toLowerCase(Locale.ROOT);
        }
    }
}
