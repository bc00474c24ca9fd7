package io.github.camelllm.routes.store;

import io.github.camelllm.call.Fingerprint;

/** Names of buckets and accounts as stores can keep them. */
final class LimitKeys {
    private static final int MOST_CHARS = 400;

    private LimitKeys() {}

    /** The name itself, or if it is too long its beginning and what tells it from others. */
    static String of(String name) {
        return Fingerprint.within(name, MOST_CHARS, MOST_CHARS);
    }
}
