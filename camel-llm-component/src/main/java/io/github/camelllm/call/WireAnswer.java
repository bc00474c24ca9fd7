package io.github.camelllm.call;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.wire.AnswerFacts;
import io.github.camelllm.wire.JsonText;

/** An answer to a {@link WireRequest}. */
public sealed interface WireAnswer {
    /**
     * An answer of the client's own dialect, as the provider sent it.
     *
     * @param body a whole answer; empty for one that was streamed. Not copied: treat it as read-only
     * @param words what the model said, as far as it was kept: only of a stream, whose usage may have to be counted
     */
    record Passed(byte[] body, AnswerFacts facts, JsonText words) implements WireAnswer {
        @Override
        public String toString() {
            return "Passed[" + body.length + " bytes]";
        }
    }

    /** An answer of another dialect. */
    record Decoded(ChatResponse response) implements WireAnswer {}
}
