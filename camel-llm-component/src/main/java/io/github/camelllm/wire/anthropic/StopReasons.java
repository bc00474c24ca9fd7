package io.github.camelllm.wire.anthropic;

import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code stop_reason} and what it means, both ways. */
final class StopReasons {
    private static final Map<String, FinishReason> REASONS = Map.of(
            "end_turn", FinishReason.STOP,
            "stop_sequence", FinishReason.STOP,
            "max_tokens", FinishReason.LENGTH,
            "model_context_window_exceeded", FinishReason.LENGTH,
            "tool_use", FinishReason.TOOL_CALLS,
            "pause_turn", FinishReason.PAUSE,
            "refusal", FinishReason.CONTENT_FILTER);

    private StopReasons() {}

    static Finish stopReasonToFinish(String stopReason, @Nullable String stopSequence) {
        return new Finish(
                REASONS.getOrDefault(stopReason, FinishReason.OTHER),
                Optional.of(stopReason),
                Optional.ofNullable(stopSequence));
    }

    /** The provider's own word where it is one of this dialect, else the nearest. */
    static String finishToStopReason(Finish finish) {
        String spoken = finish.nativeReason().orElse("");
        if (REASONS.get(spoken) == finish.reason()) {
            return spoken;
        }
        switch (finish.reason()) {
            case STOP:
                return finish.stopSequence().isPresent() ? "stop_sequence" : "end_turn";
            case LENGTH:
                return "max_tokens";
            case TOOL_CALLS:
                return "tool_use";
            case CONTENT_FILTER:
                return "refusal";
            case PAUSE:
                return "pause_turn";
            default:
                return spoken.isEmpty() ? "end_turn" : spoken;
        }
    }
}
