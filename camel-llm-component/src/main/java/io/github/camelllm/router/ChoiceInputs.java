package io.github.camelllm.router;

import java.util.Optional;

/**
 * What a choice depends on beside the request and the targets.
 *
 * @param seed of all that is random in the choice; another one for each request
 * @param turn number of the request at this router, from 0, for {@link Strategy#ROUND_ROBIN}
 * @param stickyKey for {@link Strategy#STICKY}; empty for the beginning of the conversation
 */
public record ChoiceInputs(long seed, long turn, Optional<String> stickyKey) {
    public static ChoiceInputs of(long seed, long turn) {
        return new ChoiceInputs(seed, turn, Optional.empty());
    }

    /** Without the key: it may name a person. */
    @Override
    public String toString() {
        return "ChoiceInputs[" + seed + ", " + turn + "]";
    }
}
