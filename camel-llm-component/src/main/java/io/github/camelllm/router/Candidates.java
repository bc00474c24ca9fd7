package io.github.camelllm.router;

import java.util.List;

/**
 * Candidates for all targets of a router's definition, each list in the definition's order.
 *
 * @param targets for {@link RouterDefinition#targets()}
 * @param contextWindow for {@link RouterDefinition.Fallbacks#contextWindow()}
 * @param contentFilter for {@link RouterDefinition.Fallbacks#contentFilter()}
 */
public record Candidates(List<Candidate> targets, List<Candidate> contextWindow, List<Candidate> contentFilter) {
    public Candidates {
        targets = List.copyOf(targets);
        contextWindow = List.copyOf(contextWindow);
        contentFilter = List.copyOf(contentFilter);
    }

    /** Candidates of a router without fallbacks of its own for long or filtered requests. */
    public static Candidates of(List<? extends Candidate> targets) {
        return new Candidates(List.copyOf(targets), List.of(), List.of());
    }
}
