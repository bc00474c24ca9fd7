package io.github.camelllm.chat;

import java.util.List;
import java.util.Optional;

/**
 * Vectors, one per input and in the inputs' order.
 *
 * @param vectors not copied: treat the arrays as read-only
 * @param usage empty if the provider reported none
 */
public record EmbeddingsResponse(Optional<String> model, List<float[]> vectors, Optional<Usage> usage) {
    public EmbeddingsResponse {
        vectors = List.copyOf(vectors);
    }
}
