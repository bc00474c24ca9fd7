package io.github.camelllm.routes.ledger;

import io.github.camelllm.chat.Usage;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an attempt consumed, as far as the ledger keeps it.
 *
 * @param counts in the order of {@link #COLUMNS}; an empty one is unknown
 * @param reportedCost what the provider itself says that it charged
 */
record BookedUsage(List<OptionalLong> counts, Optional<String> serviceTier, Optional<Amount> reportedCost) {
    static final List<String> COLUMNS = List.of(
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "cache_creation_1h_input_tokens",
            "reasoning_output_tokens",
            "input_audio_tokens",
            "input_image_tokens",
            "output_audio_tokens",
            "output_image_tokens",
            "web_search_requests");

    /** Usage of which nothing is known. */
    static final BookedUsage UNKNOWN = new BookedUsage(
            Collections.nCopies(COLUMNS.size(), OptionalLong.empty()), Optional.empty(), Optional.empty());

    private static final int OUTPUT = 1;
    private static final int CACHE_READ = 2;
    private static final int REASONING = 5;

    static BookedUsage of(Usage usage) {
        return new BookedUsage(
                List.of(
                        usage.inputTokens(),
                        usage.outputTokens(),
                        usage.cacheReadInputTokens(),
                        usage.cacheCreationInputTokens(),
                        usage.cacheCreation1hInputTokens(),
                        usage.reasoningOutputTokens(),
                        usage.inputAudioTokens(),
                        usage.inputImageTokens(),
                        usage.outputAudioTokens(),
                        usage.outputImageTokens(),
                        usage.webSearchRequests()),
                usage.serviceTier(),
                usage.reportedCost().flatMap(Amount::of));
    }

    /** Known input tokens; 0 if unknown, for sums. */
    long input() {
        return counts.get(0).orElse(0);
    }

    long output() {
        return counts.get(OUTPUT).orElse(0);
    }

    long cacheRead() {
        return counts.get(CACHE_READ).orElse(0);
    }

    long reasoning() {
        return counts.get(REASONING).orElse(0);
    }
}
