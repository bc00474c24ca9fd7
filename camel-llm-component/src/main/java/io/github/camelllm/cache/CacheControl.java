package io.github.camelllm.cache;

import java.util.Arrays;
import java.util.Optional;

/** What a caller wants of the cache for one request; the words are those of HTTP. */
public enum CacheControl {
    /** An answer from the cache if there is one, else one from the provider, which is kept. */
    USE(""),
    /** An answer from the provider, which is kept. */
    NO_CACHE("no-cache"),
    /** An answer from the provider, which is not kept. */
    NO_STORE("no-store");

    private final String word;

    CacheControl(String word) {
        this.word = word;
    }

    /** What a word asks for, in any case; empty if it is none of these. */
    public static Optional<CacheControl> of(String text) {
        return Arrays.stream(values())
                .filter(value -> value.word.equalsIgnoreCase(text.trim()))
                .findFirst();
    }
}
