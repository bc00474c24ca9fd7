package io.github.camelllm.router;

import static io.github.camelllm.router.Specimens.candidate;
import static io.github.camelllm.router.Specimens.choose;
import static io.github.camelllm.router.Specimens.constraints;
import static io.github.camelllm.router.Specimens.facts;
import static io.github.camelllm.router.Specimens.maxOutput;
import static io.github.camelllm.router.Specimens.maxPrice;
import static io.github.camelllm.router.Specimens.model;
import static io.github.camelllm.router.Specimens.names;
import static io.github.camelllm.router.Specimens.needing;
import static io.github.camelllm.router.Specimens.policy;
import static io.github.camelllm.router.Specimens.priced;
import static io.github.camelllm.router.Specimens.snapshot;
import static io.github.camelllm.router.Specimens.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.DataPolicy;
import io.github.camelllm.catalog.DataPolicy.Training;
import io.github.camelllm.catalog.DataPolicy.ZeroRetention;
import io.github.camelllm.catalog.Model;
import io.github.camelllm.catalog.Price;
import io.github.camelllm.catalog.Rates;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.router.Rejection.Reason;
import io.github.camelllm.tokens.TokenCount;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who can be chosen at all, and how a router says why nobody can. */
class ConstraintTest {
    private static final RequestFacts FACTS = facts(1000);

    private static void assertPasses(Constraints constraints, RequestFacts facts, Candidate candidate) {
        RouterChoice choice = choose(constraints, facts, candidate);
        assertThat(choice.rejected()).isEmpty();
        assertThat(choice.ranked()).hasSize(1);
    }

    private static void assertRejected(
            Constraints constraints, RequestFacts facts, Candidate candidate, Reason reason, String words) {
        RouterChoice choice = choose(constraints, facts, candidate);
        assertThat(choice.ranked()).isEmpty();
        assertThat(choice.rejected()).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo(reason);
            assertThat(rejection.toString()).contains(words);
        });
    }

    @Nested
    class Names {
        @ParameterizedTest
        @ValueSource(strings = {"acme/large", "acme/*", "*", "*/large", "ACME/Large", "a*e/l*", "**/l*r*e"})
        void allowedAndDeniedByPattern(String pattern) {
            assertPasses(constraints().allow("other/*", pattern).build(), FACTS, candidate("large"));
            assertRejected(
                    constraints().deny(pattern).build(),
                    FACTS,
                    candidate("large"),
                    Reason.DENY,
                    "denied models: expected none of [" + pattern + "], is acme/large");
        }

        @ParameterizedTest
        @ValueSource(strings = {"acme", "acme/", "acme/larg", "acme/*x", "", "large", "acme/?arge", "acme/.*"})
        void whatNoPatternMatchesIsNotAllowed(String pattern) {
            assertRejected(
                    constraints().allow(pattern).build(),
                    FACTS,
                    candidate("large"),
                    Reason.ALLOW,
                    "allowed models: expected one of [" + pattern + "], is acme/large");
            assertPasses(constraints().deny(pattern).build(), FACTS, candidate("large"));
        }

        @Test
        void denialWinsOverAllowance() {
            assertRejected(
                    constraints().allow("acme/*").deny("*/large").build(), FACTS, candidate("large"), Reason.DENY, "");
        }
    }

    @Nested
    class Capabilities {
        @ParameterizedTest
        @EnumSource(Capability.class)
        void whatTheRequestNeedsTheModelMustHave(Capability need) {
            Candidate.Single able = candidate("m").withModel(model(100_000, Set.of(need)));
            Candidate.Single unable = candidate("m").withModel(model(100_000, EnumSet.complementOf(EnumSet.of(need))));
            assertPasses(Constraints.NONE, needing(need), able);
            assertRejected(Constraints.NONE, needing(need), unable, Reason.CAPABILITY, "is without");
        }

        @ParameterizedTest
        @EnumSource(Capability.class)
        void whatTheRouterRequiresCountsWithoutBeingNeeded(Capability required) {
            Candidate.Single unable =
                    candidate("m").withModel(model(100_000, EnumSet.complementOf(EnumSet.of(required))));
            assertRejected(constraints().require(required).build(), FACTS, unable, Reason.CAPABILITY, "is without");
        }

        @ParameterizedTest
        @EnumSource(Capability.class)
        void whatIsNotKnownOfAKnownModelIsNotThere(Capability need) {
            Model vague = new Model(
                    "acme",
                    "m",
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.of(100_000),
                    OptionalLong.empty(),
                    Set.of(),
                    Set.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            assertRejected(
                    Constraints.NONE, needing(need), candidate("m").withModel(vague), Reason.CAPABILITY, "is unknown");
        }

        @Test
        void anUnknownModelCountsAsAbleOnlyIfTheRouterSaysSo() {
            assertPasses(Constraints.NONE, needing(Capability.TOOLS), candidate("m"));
            assertRejected(
                    constraints().knownModelsOnly().build(),
                    needing(Capability.TOOLS),
                    candidate("m"),
                    Reason.CAPABILITY,
                    "capability: expected tools, is an unknown model");
        }

        @Test
        void anUnknownModelNeverHasWhatTheRouterRequires() {
            assertRejected(
                    constraints().require(Capability.TOOLS).build(), FACTS, candidate("m"), Reason.CAPABILITY, "tools");
        }
    }

    @Nested
    class Sizes {
        private final Candidate.Single small = candidate("m").withModel(model(8000, Set.of()));

        @Test
        void promptAndAnswerMustFitIntoTheContextWindow() {
            assertPasses(Constraints.NONE, facts(7000, 1000), small);
            assertRejected(
                    Constraints.NONE,
                    facts(7000, 1001),
                    small,
                    Reason.CONTEXT_WINDOW,
                    "context window: expected at least 8001 tokens, is 8000");
        }

        @Test
        void anEstimatedPromptMustFitWithItsMargin() {
            RequestFacts estimated = new RequestFacts(
                    Set.of(), new TokenCount(7500, false, "estimate:m"), OptionalInt.empty(), 1, false, "k");
            assertRejected(Constraints.NONE, estimated, small, Reason.CONTEXT_WINDOW, "at least 8250 tokens");
            assertPasses(Constraints.NONE, facts(7500), small);
        }

        @Test
        void anUnknownWindowOfAKnownModelHoldsNothing() {
            assertRejected(
                    Constraints.NONE,
                    FACTS,
                    candidate("m").withModel(model(0, Set.of())),
                    Reason.CONTEXT_WINDOW,
                    "is unknown");
        }

        @Test
        void anUnknownModelHoldsEverythingOnlyIfTheRouterSaysSo() {
            assertPasses(Constraints.NONE, facts(5_000_000), candidate("m"));
            assertRejected(
                    constraints().knownModelsOnly().build(),
                    facts(1),
                    candidate("m"),
                    Reason.CONTEXT_WINDOW,
                    "an unknown model");
        }

        @Test
        void anAnswerLongerThanTheModelGivesIsRefusedBeforeItsProviderDoes() {
            Candidate.Single brief = candidate("m").withModel(maxOutput(model(100_000, Set.of()), 4096));
            assertPasses(Constraints.NONE, facts(10, 4096), brief);
            assertRejected(
                    Constraints.NONE,
                    facts(10, 4097),
                    brief,
                    Reason.MAX_OUTPUT_TOKENS,
                    "longest answer: expected at least 4097 tokens, is 4096");
        }
    }

    @Nested
    class DataPolicies {
        private static final DataPolicy EU = policy(Training.NO, OptionalInt.of(30), ZeroRetention.APPROVAL, "eu");

        private static Candidate.Single with(DataPolicy policy) {
            return candidate("m").withDataPolicy(policy);
        }

        @Test
        void everyRegionMustBeInside() {
            Constraints inside = constraints().regions("eu", "CH").build();
            assertPasses(inside, FACTS, with(EU));
            assertPasses(
                    inside, FACTS, with(policy(Training.NO, OptionalInt.empty(), ZeroRetention.UNKNOWN, "EU", "ch")));
            assertRejected(
                    inside,
                    FACTS,
                    with(policy(Training.NO, OptionalInt.empty(), ZeroRetention.UNKNOWN, "eu", "global")),
                    Reason.REGIONS,
                    "regions: expected all in [CH, eu], is [eu, global]");
        }

        @Test
        void unknownRegionsAreOutside() {
            assertRejected(
                    constraints().regions("eu").build(), FACTS, with(DataPolicy.UNKNOWN), Reason.REGIONS, "is unknown");
        }

        @ParameterizedTest
        @EnumSource(Training.class)
        void onlyNoAndOptInAreNoTraining(Training training) {
            Candidate.Single candidate = with(policy(training, OptionalInt.empty(), ZeroRetention.UNKNOWN));
            Constraints none = constraints().noTraining().build();
            if (training == Training.NO || training == Training.OPT_IN) {
                assertPasses(none, FACTS, candidate);
            } else {
                assertRejected(none, FACTS, candidate, Reason.NO_TRAINING, "expected no or opt in, is ");
            }
        }

        @ParameterizedTest
        @EnumSource(ZeroRetention.class)
        void onlyByDefaultIsZeroRetention(ZeroRetention zero) {
            Candidate.Single candidate = with(policy(Training.NO, OptionalInt.of(0), zero));
            Constraints none = constraints().zeroRetention().build();
            if (zero == ZeroRetention.DEFAULT) {
                assertPasses(none, FACTS, candidate);
            } else {
                assertRejected(none, FACTS, candidate, Reason.ZERO_RETENTION, "expected default, is ");
            }
        }

        @Test
        void requestsMayBeKeptNoLonger() {
            assertPasses(constraints().maxRetentionDays(30).build(), FACTS, with(EU));
            assertRejected(
                    constraints().maxRetentionDays(29).build(),
                    FACTS,
                    with(EU),
                    Reason.MAX_RETENTION_DAYS,
                    "days of retention: expected at most 29, is 30");
            assertRejected(
                    constraints().maxRetentionDays(3000).build(),
                    FACTS,
                    with(DataPolicy.UNKNOWN),
                    Reason.MAX_RETENTION_DAYS,
                    "is unknown");
        }

        @Test
        void whatIsNeverKeptIsKeptForNoDays() {
            assertPasses(
                    constraints().maxRetentionDays(0).build(),
                    FACTS,
                    with(policy(Training.NO, OptionalInt.empty(), ZeroRetention.DEFAULT)));
        }

        @Test
        void aContractStandsInPlaceOfTheStatement() {
            RouterTarget contracted = policy(
                    target("m"),
                    new RouterTarget.PolicyOverride(
                            List.of("eu"), Optional.empty(), OptionalInt.empty(), Optional.of(ZeroRetention.DEFAULT)));
            assertPasses(constraints().regions("eu").zeroRetention().build(), FACTS, Candidate.Single.of(contracted));
        }
    }

    @Nested
    class Prices {
        private final Candidate.Single priced = priced(candidate("m"), "2", "8", "");

        @ParameterizedTest
        @CsvSource({"2, 8, true", "1.99, 8, false", "2, 7.99, false", "100, 100, true"})
        void listPricesMayNotExceedTheRoutersNorTheTargets(String input, String output, boolean passes) {
            Constraints bounds = constraints().maxPrice(input, output).build();
            Candidate.Single bounded = new Candidate.Single(
                    maxPrice(priced.target(), input, output),
                    priced.model(),
                    priced.dataPolicy(),
                    priced.price(),
                    priced.pricing(),
                    priced.snapshot(),
                    true,
                    List.of());
            if (passes) {
                assertPasses(bounds, FACTS, priced);
                assertPasses(Constraints.NONE, FACTS, bounded);
            } else {
                Reason reason = input.equals("2") ? Reason.MAX_OUTPUT_PRICE : Reason.MAX_INPUT_PRICE;
                String most = input.equals("2") ? output : input;
                String words = "price per million tokens: expected at most " + most + ", is "
                        + (input.equals("2") ? "8" : "2");
                assertRejected(bounds, FACTS, priced, reason, words);
                assertRejected(Constraints.NONE, FACTS, bounded, reason, words);
            }
        }

        @Test
        void anUnknownPriceExceedsEveryBound() {
            assertRejected(
                    constraints().maxPrice("1000", "1000").build(),
                    FACTS,
                    candidate("m"),
                    Reason.MAX_INPUT_PRICE,
                    "is unknown");
        }

        @Test
        void aLongRequestIsHeldAgainstThePriceOfItsTier() {
            Price base = priced.price().orElseThrow();
            Rates higher = new Rates(
                    new BigDecimal("4"),
                    new BigDecimal("16"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            Price tiered = new Price(
                    base.provider(),
                    base.model(),
                    base.currency(),
                    base.effectiveFrom(),
                    base.rates(),
                    List.of(new Price.Tier(200_000, higher)),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalInt.empty(),
                    Optional.empty());
            Candidate.Single candidate = priced.withPricing(Optional.of(tiered), priced.pricing());
            Constraints bounds = constraints().maxPrice("3", "9").build();
            assertPasses(bounds, facts(200_000), candidate);
            assertRejected(bounds, facts(200_001), candidate, Reason.MAX_INPUT_PRICE, "is 4");
        }

        @Test
        void theExpectedCostMayNotExceedTheBound() {
            // 1,000 · 2 + 100 · 8 millionths
            assertPasses(constraints().maxCost("0.0028").build(), facts(1000, 100), priced);
            assertRejected(
                    constraints().maxCost("0.0027").build(),
                    facts(1000, 100),
                    priced,
                    Reason.MAX_COST,
                    "expected cost: expected at most 0.0027, is 0.0028");
            assertRejected(constraints().maxCost("99").build(), FACTS, candidate("m"), Reason.MAX_COST, "is unknown");
        }
    }

    @Nested
    class NoTarget {
        @Test
        void namesEveryTargetAndTheConstraintThatRemovedIt() {
            Constraints constraints =
                    constraints().deny("*/large").regions("eu").build();
            RouterChoice choice = choose(constraints, FACTS, candidate("large"), candidate("small"));
            LlmException failure = choice.noTarget();
            assertThat(failure)
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessage("router support has no target for this request: "
                            + "acme/large (denied models: expected none of [*/large], is acme/large), "
                            + "acme/small (regions: expected all in [eu], is unknown)");
            assertThat(failure.getErrorType()).isEqualTo("no_target");
            assertThat(failure.isRetryable()).isFalse();
            assertThat(failure.getProvider()).isEqualTo("router");
            assertThat(failure.getModel()).isEqualTo("support");
        }

        @Test
        void tellsTheShortestWaitWhereAllCircuitsAreOpen() {
            RouterChoice choice = choose(
                    Constraints.NONE,
                    FACTS,
                    candidate("a").withSnapshot(snapshot().open(900).build()),
                    candidate("b").withSnapshot(snapshot().open(400).build()));
            LlmException failure = choice.noTarget();
            assertThat(failure).isInstanceOf(LlmUnavailableException.class);
            assertThat(failure.getErrorType()).isEqualTo("circuit_open");
            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure.retryAfter()).contains(Duration.ofMillis(400));
        }

        @Test
        void waitingHelpsWhereOneTargetLacksNothingButItsCircuit() {
            RouterChoice choice = choose(
                    constraints().deny("acme/a").build(),
                    FACTS,
                    candidate("a").withSnapshot(snapshot().open(10).build()),
                    candidate("b").withSnapshot(snapshot().open(400).build()));
            assertThat(choice.noTarget())
                    .isInstanceOf(LlmUnavailableException.class)
                    .satisfies(failure ->
                            assertThat(((LlmException) failure).retryAfter()).contains(Duration.ofMillis(400)));
        }

        @Test
        void saysTheConditionThatDidNotHold() {
            RouterTarget plain = target("m");
            RouterTarget conditional = new RouterTarget(
                    plain.name(),
                    plain.model(),
                    1,
                    Optional.of("sk-secret"),
                    Optional.empty(),
                    RouterTarget.PolicyOverride.NONE,
                    RouterTarget.MaxPrice.NONE,
                    OptionalDouble.empty(),
                    Optional.of("${header.tenant} == 'a'"),
                    Map.of("apiVersion", "secret too"));
            RouterChoice choice = choose(
                    Constraints.NONE, FACTS, Candidate.Single.of(conditional).withWhen(false));
            assertThat(choice.noTarget())
                    .hasMessageContaining("acme/m (condition: expected '${header.tenant} == 'a'' to hold, is not so)")
                    .hasMessageNotContaining("secret");
            assertThat(choice.toString()).doesNotContain("secret");
        }

        @Test
        void isNoQuestionWhileThereAreTargets() {
            RouterChoice choice = choose(Constraints.NONE, FACTS, candidate("m"));
            assertThatThrownBy(choice::noTarget)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("support");
        }
    }

    @Nested
    class OtherRouters {
        private Candidate.Group group(String name, Constraints inner, Candidate... members) {
            return new Candidate.Group(RouterTarget.of("router/" + name), choose(inner, FACTS, members), true);
        }

        @Test
        void standInTheOrderWithTheirOwn() {
            RouterChoice choice = choose(
                    Constraints.NONE,
                    FACTS,
                    candidate("a"),
                    group("fast", Constraints.NONE, candidate("b"), candidate("c")),
                    candidate("d"));
            assertThat(names(choice.ranked())).containsExactly("a", "router/fast > b", "router/fast > c", "d");
            assertThat(choice.ranked().get(1).via())
                    .extracting(RouterTarget::name)
                    .containsExactly("router/fast");
        }

        @Test
        void bothRoutersConstraintsHold() {
            RouterChoice choice = choose(
                    constraints().deny("*/c").build(),
                    FACTS,
                    group("fast", constraints().deny("*/b").build(), candidate("a"), candidate("b"), candidate("c")));
            assertThat(names(choice.ranked())).containsExactly("router/fast > a");
            assertThat(choice.rejected())
                    .extracting(Rejection::toString)
                    .containsExactly(
                            "router/fast > acme/c (denied models: expected none of [*/c], is acme/c)",
                            "router/fast > acme/b (denied models: expected none of [*/b], is acme/b)");
        }

        @Test
        void aConditionOfTheGroupHoldsForAllOfIt() {
            Candidate.Group inner = group("fast", Constraints.NONE, candidate("a"), candidate("b"));
            RouterChoice choice =
                    choose(Constraints.NONE, FACTS, new Candidate.Group(inner.target(), inner.choice(), false));
            assertThat(choice.ranked()).isEmpty();
            assertThat(choice.rejected())
                    .extracting(Rejection::reason)
                    .containsExactly(Reason.CONDITION, Reason.CONDITION);
        }

        @Test
        void canBeNestedTwice() {
            Candidate.Group inner = group("inner", Constraints.NONE, candidate("a"));
            Candidate.Group outer = group("outer", Constraints.NONE, inner);
            assertThat(names(choose(Constraints.NONE, FACTS, outer).ranked()))
                    .containsExactly("router/outer > router/inner > a");
        }

        @Test
        void aMemberThatWaitsInsideIsNoHopeIfTheOuterRouterRefusesIt() {
            Candidate.Single waiting =
                    candidate("a").withSnapshot(snapshot().open(100).build());
            assertThat(choose(Constraints.NONE, FACTS, group("fast", Constraints.NONE, waiting))
                            .noTarget())
                    .isInstanceOf(LlmUnavailableException.class);
            assertThat(choose(constraints().deny("*").build(), FACTS, group("fast", Constraints.NONE, waiting))
                            .noTarget())
                    .isInstanceOf(LlmInvalidRequestException.class);
            assertThat(choose(
                                    Constraints.NONE,
                                    FACTS,
                                    group("fast", constraints().deny("*").build(), waiting))
                            .noTarget())
                    .as("nor if its own router does")
                    .isInstanceOf(LlmInvalidRequestException.class);
        }

        @Test
        void comeLastOnlyIfAllTheirTargetsAreHalfOpen() {
            Candidate.Single back =
                    candidate("back").withSnapshot(snapshot().halfOpen().build());
            for (long seed = 0; seed < 100; seed++) {
                List<Candidate> pair = List.of(back, candidate("well"));
                Candidate.Group group = new Candidate.Group(
                        RouterTarget.of("router/pair"), Specimens.choose(Strategy.PRIORITY, pair, FACTS, seed), true);
                List<Candidate> candidates = List.of(group, candidate("other"));
                assertThat(names(Specimens.choose(Strategy.PRIORITY, candidates, FACTS, seed + 1000)
                                .ranked()))
                        .startsWith(
                                names(Specimens.choose(Strategy.PRIORITY, pair, FACTS, seed)
                                                        .ranked())
                                                .get(0)
                                                .equals("back")
                                        ? "router/pair > back"
                                        : "router/pair > well")
                        .endsWith("other");
            }
        }

        @Test
        void standForTheirBestAndForAllTheirCallsUnderWay() {
            Candidate.Single one =
                    candidate("one").withSnapshot(snapshot().underWay(2).build());
            Candidate.Single two =
                    candidate("two").withSnapshot(snapshot().underWay(2).build());
            Candidate.Single three =
                    candidate("three").withSnapshot(snapshot().underWay(3).build());
            List<Candidate> candidates = List.of(group("pair", Constraints.NONE, one, two), three);
            assertThat(names(RouterChoice.choose(
                                    Specimens.router(Strategy.LEAST_BUSY, candidates),
                                    Candidates.of(candidates),
                                    FACTS,
                                    ChoiceInputs.of(1, 1))
                            .ranked()))
                    .containsExactly("three", "router/pair > one", "router/pair > two");
        }
    }
}
