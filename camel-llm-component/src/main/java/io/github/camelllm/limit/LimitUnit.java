package io.github.camelllm.limit;

import io.github.camelllm.chat.Usage;
import java.util.OptionalLong;

/** What a limit counts. */
public enum LimitUnit {
    REQUESTS("requests"),
    INPUT_TOKENS("inputTokens"),
    OUTPUT_TOKENS("outputTokens"),
    /** Input and output together. */
    TOKENS("tokens");

    private final String word;

    LimitUnit(String word) {
        this.word = word;
    }

    /** As definitions write it. */
    public String word() {
        return word;
    }

    /** What an attempt that was answered has used; empty if a part of it is unknown. */
    OptionalLong used(Usage usage) {
        switch (this) {
            case REQUESTS:
                return OptionalLong.of(1);
            case INPUT_TOKENS:
                return usage.inputTokens();
            case OUTPUT_TOKENS:
                return usage.outputTokens();
            default:
                return usage.inputTokens().isPresent() && usage.outputTokens().isPresent()
                        ? OptionalLong.of(usage.inputTokens().getAsLong()
                                + usage.outputTokens().getAsLong())
                        : OptionalLong.empty();
        }
    }
}
