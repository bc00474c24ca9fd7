package io.github.camelllm.cache;

import io.github.camelllm.chat.EmbeddingsRequest;
import java.util.List;
import java.util.Set;

/** Which requests for embeddings have the same answer: all is hashed that changes it. {@code user} is a label and left out. */
public final class EmbeddingsKey {
    /** Counted up when the same request is hashed in another way. */
    private static final int VERSION = 1;

    /** Components of the request that do not change an answer. */
    static final Set<String> IGNORED = Set.of("EmbeddingsRequest.user");

    private EmbeddingsKey() {}

    /**
     * Hash of a whole request, 64 hexadecimal digits. No chat has the same.
     *
     * @param namespace whose answers they are: nobody is given those of another
     * @param place where the request goes and how it is put on the wire, as for {@link ChatKey#of}
     * @throws IllegalArgumentException if the request holds something that cannot be compared
     */
    public static String of(String namespace, List<?> place, EmbeddingsRequest request) {
        return new CanonicalDigest(IGNORED)
                .add(VERSION)
                .add("embeddings")
                .add(namespace)
                .add(place)
                .add(request)
                .hex();
    }
}
