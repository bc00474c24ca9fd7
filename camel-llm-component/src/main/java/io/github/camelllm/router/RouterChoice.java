package io.github.camelllm.router;

import io.github.camelllm.catalog.DataPolicy;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where one request may go, best first, and why it may not go elsewhere. A pure function of its arguments: no clock, no
 * state, and randomness comes from the seed in {@link ChoiceInputs}. Immutable.
 *
 * <p><b>Who is left.</b> Targets that do not satisfy all constraints of the router, of the target and of the request are
 * {@link #rejected()}. So are targets whose circuit is open, even if all are: a request would fail there, or come before the
 * time that the provider asked for, and the caller knows better what to do with the wait than we do. {@link #noTarget()} tells it.
 *
 * <p><b>Order.</b> First the targets with a weight, in the order of the {@link Strategy}, of these the ones known to be slower
 * than preferred last; then targets of weight 0 likewise; then, whatever their weight, those whose circuit is half open. In
 * 20 % of the requests that the order without regard to circuits would send to a half-open target, it stays first, so that it
 * can recover.
 *
 * <p><b>Shares.</b> Strategies that look at measured speed send 10 % of the requests to targets never measured, while there
 * are any, and order 1 % by weight alone, so that a target that was slow and has recovered is found; preferences for speed
 * leave the same 1 % alone. What was measured before a circuit opened counts as unknown when it is half open.
 *
 * <p><b>Value.</b> For {@link Strategy#BEST_VALUE} a target of unknown price comes last, one of unknown latency or quality
 * counts as the mean of those known, and targets that cost nothing come first, ordered by latency and quality. Expected
 * costs in another currency than that of the first target with a price count as unknown.
 */
public final class RouterChoice {
    private final RouterDefinition definition;
    private final Candidates candidates;
    private final ConstraintCheck check;
    private final List<Candidate.Single> ranked;
    private final List<Rejection> rejected;
    private final List<Candidate.Single> failed;

    private RouterChoice(
            RouterDefinition definition,
            Candidates candidates,
            ConstraintCheck check,
            List<Candidate.Single> ranked,
            List<Rejection> rejected,
            List<Candidate.Single> failed) {
        this.definition = definition;
        this.candidates = candidates;
        this.check = check;
        this.ranked = List.copyOf(ranked);
        this.rejected = List.copyOf(rejected);
        this.failed = List.copyOf(failed);
    }

    /** The choice of a router for a request. */
    public static RouterChoice choose(
            RouterDefinition definition, Candidates candidates, RequestFacts facts, ChoiceInputs inputs) {
        ExpectedCost costs = ExpectedCost.of(facts, singles(candidates.targets()));
        ConstraintCheck check = new ConstraintCheck(definition.constraints(), facts, costs);
        Screen screen = new Screen(check, candidates.targets());
        List<Candidate.Single> ranked = new ArrayList<>();
        for (TargetOrder.Unit unit : new TargetOrder(definition, facts, inputs, costs).of(screen.passed)) {
            ranked.addAll(unit.members());
        }
        return new RouterChoice(definition, candidates, check, ranked, screen.rejected, List.of());
    }

    /** This choice with no more than the first so many targets of its router, another router counting as one. */
    public RouterChoice limitedTo(int most) {
        Set<String> kept = new HashSet<>();
        List<Candidate.Single> left = new ArrayList<>();
        for (Candidate.Single candidate : ranked) {
            String target = (candidate.via().isEmpty()
                            ? candidate.target()
                            : candidate.via().get(0))
                    .name();
            if (kept.size() < most) {
                kept.add(target);
            }
            if (kept.contains(target)) {
                left.add(candidate);
            }
        }
        return with(left, failed);
    }

    /** The targets left, best first; those of other routers in their place. Empty if none is. */
    public List<Candidate.Single> ranked() {
        return ranked;
    }

    /** The targets that cannot serve the request, in the order of the definition. */
    public List<Rejection> rejected() {
        return rejected;
    }

    /**
     * What is left to do after a target failed. An empty {@link #ranked()} says that the failure is the caller's.
     *
     * <ul>
     *   <li>Wrong keys, invalid requests and spent budgets lead nowhere, whatever the definition says.
     *   <li>A prompt too long leads to the definition's targets for that; if it has none, to those left whose context window
     *       is known to be larger than that of the target that failed.
     *   <li>A filtered answer leads to the definition's targets for that; if it has none, nowhere, unless the definition
     *       names filtered answers among the failures that lead to the next target.
     *   <li>Every other kind leads to the next target if the definition names it.
     * </ul>
     *
     * Targets for special failures satisfy all constraints too, and no target is asked again that has failed.
     *
     * @param target one of {@link #ranked()}
     */
    public RouterChoice after(ErrorKind kind, Candidate.Single target) {
        List<Candidate.Single> nowFailed = new ArrayList<>(failed);
        nowFailed.add(target);
        List<Candidate.Single> left =
                ranked.stream().filter(other -> other != target).toList();
        RouterDefinition.Fallbacks fallbacks = definition.fallbacks();
        boolean leadsOn = fallbacks.on().contains(kind);
        switch (kind) {
            case AUTHENTICATION, INVALID_REQUEST, BUDGET_EXCEEDED -> {
                return with(List.of(), nowFailed);
            }
            case CONTEXT_WINDOW_EXCEEDED -> {
                return candidates.contextWindow().isEmpty()
                        ? with(larger(left, target), nowFailed)
                        : special(candidates.contextWindow(), nowFailed);
            }
            case CONTENT_FILTERED -> {
                return candidates.contentFilter().isEmpty()
                        ? with(leadsOn ? left : List.of(), nowFailed)
                        : special(candidates.contentFilter(), nowFailed);
            }
            default -> {
                return with(leadsOn ? left : List.of(), nowFailed);
            }
        }
    }

    /** Unknown counts as 0 for the target that failed and as too small for the others. */
    private static List<Candidate.Single> larger(List<Candidate.Single> left, Candidate.Single target) {
        long failedWindow = window(target).orElse(0);
        return left.stream()
                .filter(other -> window(other).orElse(0) > failedWindow)
                .toList();
    }

    private static OptionalLong window(Candidate.Single candidate) {
        return candidate.model().isPresent() ? candidate.model().get().contextWindowTokens() : OptionalLong.empty();
    }

    private RouterChoice special(List<Candidate> list, List<Candidate.Single> nowFailed) {
        Screen screen = new Screen(check, list);
        List<Candidate.Single> next = screen.passed.stream()
                .flatMap(unit -> unit.members().stream())
                .filter(other -> nowFailed.stream().noneMatch(other::asksTheSameAs))
                .toList();
        Map<Candidate.Single, Rejection> all = new LinkedHashMap<>();
        rejected.forEach(rejection -> all.put(rejection.candidate(), rejection));
        screen.rejected.forEach(rejection -> all.put(rejection.candidate(), rejection));
        return new RouterChoice(definition, candidates, check, next, List.copyOf(all.values()), nowFailed);
    }

    private RouterChoice with(List<Candidate.Single> next, List<Candidate.Single> nowFailed) {
        return new RouterChoice(definition, candidates, check, next, rejected, nowFailed);
    }

    /**
     * What the caller gets if no target is left before any was asked. If a target is missing only because its circuit is
     * open, waiting helps, and the failure is an unavailable one with the shortest wait; else the request is invalid here.
     *
     * @throws IllegalStateException if there are targets
     */
    public LlmException noTarget() {
        if (!ranked.isEmpty() || !failed.isEmpty()) {
            throw new IllegalStateException("router " + definition.name() + " has had targets: " + ranked);
        }
        List<Rejection> waiting = rejected.stream()
                .filter(rejection -> rejection.reason() == Rejection.Reason.CIRCUIT_OPEN)
                .toList();
        String message = "router " + definition.name() + " has no target for this request: "
                + rejected.stream().map(Rejection::toString).collect(Collectors.joining(", "));
        if (waiting.isEmpty()) {
            return ErrorKind.INVALID_REQUEST.exception(
                    message, ErrorDetails.local(ModelRef.ROUTER, definition.name(), "no_target", false));
        }
        Optional<Duration> wait = waiting.stream()
                .flatMap(rejection -> rejection.candidate().snapshot().reopensIn().stream())
                .min(Comparator.naturalOrder());
        return ErrorKind.UNAVAILABLE.exception(
                message,
                new ErrorDetails(
                        ModelRef.ROUTER,
                        definition.name(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        "circuit_open",
                        true,
                        wait,
                        Optional.empty()));
    }

    @Override
    public String toString() {
        return "RouterChoice[" + definition.name() + ", " + ranked + ", rejected " + rejected + "]";
    }

    /** All models among candidates, those that other routers rejected too. */
    private static List<Candidate.Single> singles(List<Candidate> candidates) {
        List<Candidate.Single> singles = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate instanceof Candidate.Single single) {
                singles.add(single);
            } else if (candidate instanceof Candidate.Group group) {
                singles.addAll(group.choice().ranked);
                group.choice().rejected.forEach(rejection -> singles.add(rejection.candidate()));
            }
        }
        return singles;
    }

    /** Candidates parted into those that satisfy the constraints and those that do not. */
    private static final class Screen {
        final List<TargetOrder.Unit> passed = new ArrayList<>();
        final List<Rejection> rejected = new ArrayList<>();
        private final ConstraintCheck check;

        Screen(ConstraintCheck check, List<Candidate> candidates) {
            this.check = check;
            for (Candidate candidate : candidates) {
                if (candidate instanceof Candidate.Single single) {
                    add(single.target(), List.of(single), single.whenHolds(), Candidate.Single::dataPolicy);
                } else if (candidate instanceof Candidate.Group group) {
                    add(group);
                } else {
                    throw new AssertionError(candidate);
                }
            }
        }

        private void add(Candidate.Group group) {
            RouterTarget target = group.target();
            List<Candidate.Single> members = group.choice().ranked.stream()
                    .map(member -> member.reachedThrough(target))
                    .toList();
            add(target, members, group.whenHolds(), member -> target.dataPolicy()
                    .over(member.dataPolicy()));
            for (Rejection inner : group.choice().rejected) {
                Candidate.Single member = inner.candidate().reachedThrough(target);
                rejected.add(refused(member, group)
                        .orElse(new Rejection(member, inner.reason(), inner.required(), inner.actual())));
            }
        }

        /** A member that only has to wait inside is no hope if the outer router would not have it either. */
        private Optional<Rejection> refused(Candidate.Single member, Candidate.Group group) {
            return check.check(
                            member,
                            group.target(),
                            group.whenHolds(),
                            group.target().dataPolicy().over(member.dataPolicy()))
                    .filter(outer -> outer.reason() != Rejection.Reason.CIRCUIT_OPEN);
        }

        private void add(
                RouterTarget target,
                List<Candidate.Single> members,
                boolean holds,
                Function<Candidate.Single, DataPolicy> policy) {
            List<Candidate.Single> left = new ArrayList<>(members.size());
            for (Candidate.Single member : members) {
                check.check(member, target, holds, policy.apply(member))
                        .ifPresentOrElse(rejected::add, () -> left.add(member));
            }
            if (!left.isEmpty()) {
                passed.add(new TargetOrder.Unit(target, List.copyOf(left)));
            }
        }
    }
}
