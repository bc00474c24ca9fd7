package io.github.camelllm.router;

import static io.github.camelllm.router.Specimens.candidate;
import static io.github.camelllm.router.Specimens.constraints;
import static io.github.camelllm.router.Specimens.facts;
import static io.github.camelllm.router.Specimens.model;
import static io.github.camelllm.router.Specimens.names;
import static io.github.camelllm.router.Specimens.router;
import static io.github.camelllm.router.Specimens.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.router.RouterDefinition.Fallbacks;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Where a request goes after a failure. */
class FallbackTest {
    private static final Candidate.Single A = candidate("a").withModel(model(8000, Set.of()));
    private static final Candidate.Single B = candidate("b").withModel(model(8000, Set.of()));
    private static final Candidate.Single C = candidate("c").withModel(model(200_000, Set.of()));
    private static final List<Candidate> ALL = List.of(A, B, C, candidate("unknown"));

    private static RouterChoice choose(Fallbacks fallbacks, Candidates candidates) {
        return choose(Constraints.NONE, fallbacks, candidates);
    }

    private static RouterChoice choose(Constraints constraints, Fallbacks fallbacks, Candidates candidates) {
        return RouterChoice.choose(
                router(Strategy.PRIORITY, constraints, fallbacks, candidates.targets()),
                candidates,
                facts(1000),
                ChoiceInputs.of(1, 0));
    }

    private static RouterChoice afterFirst(ErrorKind kind) {
        return choose(Fallbacks.DEFAULT, Candidates.of(ALL)).after(kind, A);
    }

    @ParameterizedTest
    @EnumSource(names = {"RATE_LIMITED", "UNAVAILABLE", "TIMEOUT", "MALFORMED_RESPONSE"})
    void failuresOfTheProviderLeadToTheNext(ErrorKind kind) {
        RouterChoice second = afterFirst(kind);
        assertThat(names(second.ranked())).containsExactly("b", "c", "unknown");
        assertThat(names(second.after(kind, B).ranked())).containsExactly("c", "unknown");
    }

    @ParameterizedTest
    @EnumSource(names = {"RATE_LIMITED", "UNAVAILABLE", "TIMEOUT", "MALFORMED_RESPONSE"})
    void kindsThatAreNotNamedEndTheRequest(ErrorKind kind) {
        Set<ErrorKind> others = EnumSet.complementOf(EnumSet.of(kind));
        RouterChoice choice = choose(new Fallbacks(others, List.of(), List.of()), Candidates.of(ALL));
        assertThat(choice.after(kind, A).ranked()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTHENTICATION", "INVALID_REQUEST", "BUDGET_EXCEEDED"})
    void failuresOfTheCallerNeverLeadOnEvenIfTheyAreNamed(ErrorKind kind) {
        RouterChoice choice =
                choose(new Fallbacks(EnumSet.allOf(ErrorKind.class), List.of(), List.of()), Candidates.of(ALL));
        assertThat(choice.after(kind, A).ranked()).isEmpty();
    }

    @Test
    void aPromptTooLongLeadsToLargerWindowsOnly() {
        assertThat(names(afterFirst(ErrorKind.CONTEXT_WINDOW_EXCEEDED).ranked()))
                .containsExactly("c");
    }

    @Test
    void whereTheWindowThatWasTooSmallIsUnknownEveryKnownOneMayBeLarger() {
        Candidate.Single unknown = candidate("unknown");
        RouterChoice choice = choose(Fallbacks.DEFAULT, Candidates.of(List.of(unknown, A, candidate("other"))));
        assertThat(names(
                        choice.after(ErrorKind.CONTEXT_WINDOW_EXCEEDED, unknown).ranked()))
                .containsExactly("a");
    }

    @Test
    void aPromptTooLongLeadsToTheTargetsNamedForThat() {
        Candidates candidates = new Candidates(ALL, List.of(candidate("long"), candidate("longer")), List.of());
        RouterChoice choice = choose(Fallbacks.DEFAULT, candidates).after(ErrorKind.CONTEXT_WINDOW_EXCEEDED, A);
        assertThat(names(choice.ranked())).containsExactly("long", "longer");
        Candidate.Single first = choice.ranked().get(0);
        assertThat(names(choice.after(ErrorKind.UNAVAILABLE, first).ranked())).containsExactly("longer");
        assertThat(names(choice.after(ErrorKind.CONTEXT_WINDOW_EXCEEDED, first).ranked()))
                .containsExactly("longer");
        assertThat(choice.after(ErrorKind.INVALID_REQUEST, first).ranked()).isEmpty();
    }

    @Test
    void noTargetIsAskedAgainThatHasFailed() {
        Candidates candidates = new Candidates(ALL, List.of(candidate("a"), candidate("c")), List.of());
        RouterChoice choice = choose(Fallbacks.DEFAULT, candidates).after(ErrorKind.CONTEXT_WINDOW_EXCEEDED, A);
        assertThat(names(choice.ranked())).containsExactly("c");
        assertThat(choice.after(
                                ErrorKind.CONTEXT_WINDOW_EXCEEDED,
                                choice.ranked().get(0))
                        .ranked())
                .isEmpty();
    }

    @Test
    void targetsForSpecialFailuresSatisfyTheConstraintsToo() {
        Candidates candidates = new Candidates(
                ALL,
                List.of(
                        candidate("denied"),
                        candidate("down").withSnapshot(snapshot().open(100).build()),
                        candidate("small").withModel(model(900, Set.of())),
                        candidate("long")),
                List.of());
        RouterChoice choice = choose(constraints().deny("*/denied").build(), Fallbacks.DEFAULT, candidates)
                .after(ErrorKind.CONTEXT_WINDOW_EXCEEDED, A);
        assertThat(names(choice.ranked())).containsExactly("long");
        assertThat(choice.rejected())
                .extracting(Rejection::reason)
                .containsExactly(Rejection.Reason.DENY, Rejection.Reason.CIRCUIT_OPEN, Rejection.Reason.CONTEXT_WINDOW);
    }

    @Test
    void aFilteredAnswerLeadsNowhere() {
        assertThat(afterFirst(ErrorKind.CONTENT_FILTERED).ranked()).isEmpty();
    }

    @Test
    void aFilteredAnswerLeadsToTheNextIfTheDefinitionSaysSo() {
        RouterChoice choice =
                choose(new Fallbacks(EnumSet.of(ErrorKind.CONTENT_FILTERED), List.of(), List.of()), Candidates.of(ALL));
        assertThat(names(choice.after(ErrorKind.CONTENT_FILTERED, A).ranked())).containsExactly("b", "c", "unknown");
    }

    @Test
    void aFilteredAnswerLeadsToTheTargetsNamedForThat() {
        Candidates candidates = new Candidates(ALL, List.of(), List.of(candidate("open-minded")));
        assertThat(names(choose(Fallbacks.DEFAULT, candidates)
                        .after(ErrorKind.CONTENT_FILTERED, A)
                        .ranked()))
                .containsExactly("open-minded");
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"TIMEOUT"})
    void oneOfTwoThatRunAtOnceFailsAndTheOthersStay(ErrorKind kind) {
        RouterChoice choice = choose(Fallbacks.DEFAULT, Candidates.of(ALL));
        assertThat(names(choice.after(kind, B).ranked())).containsExactly("a", "c", "unknown");
    }
}
