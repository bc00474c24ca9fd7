package io.github.camelllm.router;

import io.github.camelllm.chat.ErrorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * One router: where requests may go, in which order, and what happens when a target fails.
 *
 * @param name the {@code NAME} in {@code llm:router/NAME}
 * @param targets at least one
 * @param stickyBy key of the strategy {@code sticky} in Camel's simple language; empty for the beginning of the conversation
 * @param definedIn file or properties that the definition came from, for people
 */
public record RouterDefinition(
        String name,
        Strategy strategy,
        List<RouterTarget> targets,
        Constraints constraints,
        Fallbacks fallbacks,
        Attempts attempts,
        Optional<Hedging> hedging,
        Optional<Cascade> cascade,
        Optional<Verification> verification,
        Streams streams,
        Optional<String> stickyBy,
        String definedIn) {
    public RouterDefinition {
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("router '" + name + "' has no targets");
        }
        Set<String> names = new HashSet<>();
        for (RouterTarget target : targets) {
            if (!names.add(target.name())) {
                throw new IllegalArgumentException(
                        "router '" + name + "' has two targets called '" + target.name() + "'");
            }
        }
    }

    /** A router with nothing but a strategy and targets. */
    public static RouterDefinition of(String name, Strategy strategy, List<RouterTarget> targets) {
        return new RouterDefinition(
                name,
                strategy,
                targets,
                Constraints.NONE,
                Fallbacks.DEFAULT,
                Attempts.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Streams.DEFAULT,
                Optional.empty(),
                "code");
    }

    /** Names of its targets, in their order. */
    public List<String> targetNames() {
        return targets.stream().map(RouterTarget::name).toList();
    }

    /**
     * This router with other weights. One whose strategy does not go by weights becomes {@link Strategy#WEIGHTED}.
     *
     * @param weights by names of targets
     * @throws IllegalArgumentException if they are not for exactly the targets of this router
     */
    public RouterDefinition weighted(Map<String, Double> weights) {
        if (!weights.keySet().equals(Set.copyOf(targetNames()))) {
            throw new IllegalArgumentException("router '" + name + "' has the targets " + targetNames()
                    + ", but there are weights for " + new TreeSet<>(weights.keySet()));
        }
        List<RouterTarget> weighted = new ArrayList<>();
        targets.forEach(target -> weighted.add(target.withWeight(weights.getOrDefault(target.name(), 0.0))));
        return with(strategy == Strategy.ROUND_ROBIN ? strategy : Strategy.WEIGHTED, weighted);
    }

    /** The same in another object, so that what was made of this one is made anew. */
    public RouterDefinition copy() {
        return with(strategy, targets);
    }

    private RouterDefinition with(Strategy newStrategy, List<RouterTarget> newTargets) {
        return new RouterDefinition(
                name,
                newStrategy,
                newTargets,
                constraints,
                fallbacks,
                attempts,
                hedging,
                cascade,
                verification,
                streams,
                stickyBy,
                definedIn);
    }

    /**
     * Which failures lead to another target. Authentication and invalid requests never do: they would fail, or hide a
     * mistake, everywhere.
     *
     * @param on kinds that lead to the next target; filtered answers only if there are no targets of their own
     * @param contextWindow targets for requests that are too long for the one asked; empty for those of the router whose
     *     context window is larger
     * @param contentFilter targets for requests whose answer a filter withheld; empty for none
     */
    public record Fallbacks(Set<ErrorKind> on, List<RouterTarget> contextWindow, List<RouterTarget> contentFilter) {
        /** What may succeed elsewhere: no answer, a refusal to serve, or an answer that is none. */
        public static final Fallbacks DEFAULT = new Fallbacks(
                EnumSet.of(
                        ErrorKind.RATE_LIMITED, ErrorKind.UNAVAILABLE, ErrorKind.TIMEOUT, ErrorKind.MALFORMED_RESPONSE),
                List.of(),
                List.of());

        public Fallbacks {
            on = Set.copyOf(on);
            contextWindow = List.copyOf(contextWindow);
            contentFilter = List.copyOf(contentFilter);
        }
    }

    /**
     * Bounds of one request.
     *
     * @param maxTargets most targets of this router that are asked, another router counting as one; empty for all
     * @param maxRetries repetitions at each target; empty for the endpoint's own option
     * @param deadline longest time for all of it; empty for the endpoint's own option
     */
    public record Attempts(OptionalInt maxTargets, OptionalInt maxRetries, Optional<Duration> deadline) {
        public static final Attempts DEFAULT = new Attempts(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
    }

    /**
     * Asking a second target when the first is slow, and taking the first good answer.
     *
     * @param after when; empty for the 95th percentile of what the first target's answers take
     * @param maxExtra most further targets, at least 1
     */
    public record Hedging(Optional<Duration> after, int maxExtra) {
        public Hedging {
            if (maxExtra < 1) {
                throw new IllegalArgumentException("maxExtra must be at least 1 but is " + maxExtra);
            }
        }
    }

    /**
     * Asking small models first and larger ones only if the answer is not good enough. All tests that are given must pass;
     * a schema of the request is always tested. The answer of the last target is taken as it is.
     *
     * @param accept predicate in Camel's simple language over the answer as body
     * @param confidence the model's own, in its JSON answer
     * @param judge a model that decides
     */
    public record Cascade(Optional<String> accept, Optional<Confidence> confidence, Optional<Judge> judge) {
        /**
         * @param pointer JSON pointer to a number from 0 to 1, such as {@code /confidence}
         * @param least lowest that is accepted
         */
        public record Confidence(String pointer, double least) {
            public Confidence {
                if (!(least >= 0 && least <= 1)) {
                    throw new IllegalArgumentException("least must be from 0 to 1 but is " + least);
                }
            }
        }

        /**
         * @param model who judges
         * @param prompt what an answer must be like; empty for a general one
         */
        public record Judge(RouterTarget model, Optional<String> prompt) {}
    }

    /**
     * Letting a larger model check an answer after it has gone on.
     *
     * @param verifier who checks
     * @param to endpoint that gets corrections
     * @param prompt what to check for; empty for a general one
     */
    public record Verification(RouterTarget verifier, String to, Optional<String> prompt) {}

    /**
     * What holds for streamed answers. Until the first of the three bounds is reached, what arrives is held back, so that a
     * failure leads to another target and nobody sees it.
     *
     * @param commitEvents pieces of content
     * @param commitBytes bytes of text in UTF-8
     * @param commitTime time since the first piece
     * @param onBreak what happens to a stream that breaks off after that
     */
    public record Streams(
            OptionalInt commitEvents, OptionalInt commitBytes, Optional<Duration> commitTime, OnBreak onBreak) {
        /** Committed with the first piece. */
        public static final Streams DEFAULT =
                new Streams(OptionalInt.of(1), OptionalInt.empty(), Optional.empty(), OnBreak.FAIL);

        /** What happens to a stream that breaks off. */
        public enum OnBreak {
            /** It ends with the failure. */
            FAIL,
            /** Another target continues the text from where it stopped. */
            CONTINUE
        }
    }

    @Override
    public String toString() {
        return "RouterDefinition[" + name + ", " + strategy + ", " + targets + ", " + definedIn + "]";
    }
}
