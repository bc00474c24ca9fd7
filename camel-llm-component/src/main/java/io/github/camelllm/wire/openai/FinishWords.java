package io.github.camelllm.wire.openai;

import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The words for how an answer ended, as this family spells them. */
final class FinishWords {
    private FinishWords() {}

    /** Whether the word says that the provider failed and that the same call may succeed later. */
    static boolean isFailure(String word) {
        return word.equals("error") || word.equals("network_error") || word.equals("insufficient_system_resource");
    }

    /**
     * @param word {@code finish_reason}; null if the provider ended the answer without one
     * @param nativeWord {@code native_finish_reason}, where a router repeats the word of the provider behind it
     * @param calls whether the answer asks for tools: some providers say {@code stop} then
     */
    static Finish finish(
            @Nullable String word, @Nullable String nativeWord, @Nullable String stopSequence, boolean calls) {
        FinishReason reason = word == null ? FinishReason.STOP : reason(word);
        if ("pause_turn".equals(nativeWord)) {
            reason = FinishReason.PAUSE;
        }
        if (reason == FinishReason.STOP && calls) {
            reason = FinishReason.TOOL_CALLS;
        }
        String told = nativeWord != null ? nativeWord : word;
        return new Finish(reason, Optional.ofNullable(told), Optional.ofNullable(stopSequence));
    }

    /** The dialect's word for a reason. What it has no word for is {@code stop}, as the answer is whole. */
    static String word(FinishReason reason) {
        switch (reason) {
            case LENGTH:
                return "length";
            case TOOL_CALLS:
                return "tool_calls";
            case CONTENT_FILTER:
                return "content_filter";
            default:
                return "stop";
        }
    }

    private static FinishReason reason(String word) {
        switch (word.toLowerCase(Locale.ROOT)) {
            case "stop":
            case "eos":
            case "eos_token":
            case "end_turn":
            case "stop_sequence":
            case "complete":
            case "completed":
                return FinishReason.STOP;
            case "length":
            case "max_tokens":
            case "max_output_tokens":
            case "model_length":
            case "model_context_window_exceeded":
                return FinishReason.LENGTH;
            case "tool_calls":
            case "tool_call":
            case "tool_use":
            case "function_call":
                return FinishReason.TOOL_CALLS;
            case "content_filter":
            case "content_filtered":
            case "sensitive":
            case "safety":
            case "refusal":
            case "recitation":
                return FinishReason.CONTENT_FILTER;
            case "pause_turn":
                return FinishReason.PAUSE;
            default:
                return FinishReason.OTHER;
        }
    }
}
