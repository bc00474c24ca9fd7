package io.github.camelllm.routes.deadletters;

import io.github.camelllm.routes.deadletters.DeadLetter.State;
import java.util.Optional;
import java.util.UUID;

/**
 * Which dead letters are meant; what is empty does not matter.
 *
 * @param model a part of its name
 * @param olderThan only those that come behind this one in the list
 */
public record DeadLetterFilter(
        Optional<State> state,
        Optional<String> source,
        Optional<String> caller,
        Optional<String> model,
        Optional<UUID> olderThan) {
    public static final DeadLetterFilter ALL = new DeadLetterFilter(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
