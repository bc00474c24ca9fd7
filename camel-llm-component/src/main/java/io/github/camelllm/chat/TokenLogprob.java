package io.github.camelllm.chat;

import java.util.List;

/**
 * How probable one token of the answer was.
 *
 * @param logprob natural logarithm of its probability
 * @param top the most probable tokens at this position, without alternatives of their own
 */
public record TokenLogprob(String token, double logprob, List<TokenLogprob> top) {
    public TokenLogprob {
        top = List.copyOf(top);
    }

    @Override
    public String toString() {
        return "TokenLogprob[" + logprob + "]";
    }
}
