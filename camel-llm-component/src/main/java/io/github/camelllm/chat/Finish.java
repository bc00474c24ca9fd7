package io.github.camelllm.chat;

import java.util.Optional;

/**
 * How one answer ended.
 *
 * @param nativeReason the provider's own word, such as {@code end_turn} or {@code MAX_TOKENS}
 * @param stopSequence the stop sequence that was met, where the provider tells
 */
public record Finish(FinishReason reason, Optional<String> nativeReason, Optional<String> stopSequence) {
    public static Finish of(FinishReason reason, String nativeReason) {
        return new Finish(reason, Optional.of(nativeReason), Optional.empty());
    }

    public static Finish of(FinishReason reason) {
        return new Finish(reason, Optional.empty(), Optional.empty());
    }

    /** Leaves the stop sequence out: it is text of the answer. */
    @Override
    public String toString() {
        return "Finish[" + reason + nativeReason.map(word -> ", " + word).orElse("") + "]";
    }
}
