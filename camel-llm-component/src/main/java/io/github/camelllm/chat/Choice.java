package io.github.camelllm.chat;

import java.util.List;
import java.util.Optional;

/**
 * One of the answers to a request.
 *
 * @param index 0-based; answers beyond the first come only if {@link ChatRequest#n()} asked for them
 * @param finish empty if the answer was cut before it ended
 * @param logprobs empty unless asked for
 */
public record Choice(int index, ChatMessage.Assistant message, Optional<Finish> finish, List<TokenLogprob> logprobs) {
    public Choice {
        logprobs = List.copyOf(logprobs);
    }
}
