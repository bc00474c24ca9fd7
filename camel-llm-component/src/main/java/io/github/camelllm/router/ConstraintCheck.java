package io.github.camelllm.router;

import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.call.TargetSnapshot.Circuit;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.DataPolicy;
import io.github.camelllm.catalog.DataPolicy.Training;
import io.github.camelllm.catalog.DataPolicy.ZeroRetention;
import io.github.camelllm.catalog.Glob;
import io.github.camelllm.catalog.Model;
import io.github.camelllm.catalog.Model.Modality;
import io.github.camelllm.catalog.Price;
import io.github.camelllm.catalog.Rates;
import io.github.camelllm.chat.Money;
import io.github.camelllm.router.Rejection.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Holds candidates against a router's constraints and the needs of a request. */
final class ConstraintCheck {
    private static final String UNKNOWN = "unknown";

    private final Constraints constraints;
    private final RequestFacts facts;
    private final ExpectedCost costs;

    ConstraintCheck(Constraints constraints, RequestFacts facts, ExpectedCost costs) {
        this.constraints = constraints;
        this.facts = facts;
        this.costs = costs;
    }

    /**
     * The first constraint that a candidate does not satisfy; empty if it satisfies all.
     *
     * @param asked the target of this router: the candidate's own, or the other router that led to it
     * @param holds whether the condition of {@code asked} holds
     * @param policy what holds for the candidate's data at this router
     */
    Optional<Rejection> check(Candidate.Single candidate, RouterTarget asked, boolean holds, DataPolicy policy) {
        Checked checked = new Checked(candidate);
        if (!holds) {
            return checked.rejected(
                    Reason.CONDITION,
                    asked.when().map(condition -> "'" + condition + "' to hold").orElse("a condition to hold"),
                    "not so");
        }
        return checked.names()
                .or(checked::capabilities)
                .or(checked::sizes)
                .or(() -> checked.policy(policy))
                .or(() -> checked.price(constraints.maxPrice()))
                .or(() -> checked.price(asked.maxPrice()))
                .or(checked::cost)
                .or(checked::circuit);
    }

    /** Whether calls to a target are not let through now. One whose wait is over counts as half open. */
    static boolean isOpen(TargetSnapshot snapshot) {
        return snapshot.circuit() == Circuit.OPEN
                && snapshot.reopensIn().map(ConstraintCheck::isPositive).orElse(true);
    }

    static boolean isHalfOpen(TargetSnapshot snapshot) {
        return snapshot.circuit() == Circuit.HALF_OPEN || snapshot.circuit() == Circuit.OPEN && !isOpen(snapshot);
    }

    private static boolean isPositive(Duration wait) {
        return !wait.isNegative() && !wait.isZero();
    }

    /** Whether a text is of a pattern in which {@code *} stands for anything; case does not matter. */
    static boolean matches(String pattern, String text) {
        return Glob.matches(pattern.toLowerCase(Locale.ROOT), text.toLowerCase(Locale.ROOT));
    }

    /** The checks of one candidate. */
    private final class Checked {
        private final Candidate.Single candidate;

        Checked(Candidate.Single candidate) {
            this.candidate = candidate;
        }

        Optional<Rejection> rejected(Reason reason, String required, String actual) {
            return Optional.of(new Rejection(candidate, reason, required, actual));
        }

        Optional<Rejection> names() {
            String name = candidate.target().model().toString();
            if (!constraints.allow().isEmpty() && !matchesOne(constraints.allow(), name)) {
                return rejected(Reason.ALLOW, "one of " + constraints.allow(), name);
            }
            return matchesOne(constraints.deny(), name)
                    ? rejected(Reason.DENY, "none of " + constraints.deny(), name)
                    : Optional.empty();
        }

        private boolean matchesOne(List<String> patterns, String name) {
            return patterns.stream().anyMatch(pattern -> matches(pattern, name));
        }

        Optional<Rejection> capabilities() {
            // In the order of the enum: sets of the JDK iterate in another order in each process.
            for (Capability capability : Capability.values()) {
                boolean needed = facts.needs().contains(capability);
                if (!needed && !constraints.require().contains(capability)) {
                    continue;
                }
                Optional<Model> model = candidate.model();
                if (model.isEmpty()) {
                    if (constraints.allowUnknownModels()
                            && !constraints.require().contains(capability)) {
                        continue;
                    }
                    return rejected(Reason.CAPABILITY, wordsOf(capability), "an unknown model");
                }
                Optional<Boolean> able = able(model.get(), capability);
                if (!able.orElse(false)) {
                    return rejected(Reason.CAPABILITY, wordsOf(capability), able.isPresent() ? "without" : UNKNOWN);
                }
            }
            return Optional.empty();
        }

        Optional<Rejection> sizes() {
            OptionalInt output = facts.maxOutputTokens();
            long needed = Math.addExact(facts.inputTokens().upperBound(), output.orElse(0));
            if (candidate.model().isEmpty()) {
                return constraints.allowUnknownModels()
                        ? Optional.empty()
                        : rejected(Reason.CONTEXT_WINDOW, "at least " + needed + " tokens", "an unknown model");
            }
            OptionalLong window = candidate.model().get().contextWindowTokens();
            if (window.isEmpty() || window.getAsLong() < needed) {
                return rejected(
                        Reason.CONTEXT_WINDOW,
                        "at least " + needed + " tokens",
                        window.isPresent() ? Long.toString(window.getAsLong()) : UNKNOWN);
            }
            // Providers refuse a longer answer than their model gives; where none is stated there is nothing to refuse.
            OptionalLong longest = candidate.model().get().maxOutputTokens();
            return output.isPresent() && longest.isPresent() && longest.getAsLong() < output.getAsInt()
                    ? rejected(
                            Reason.MAX_OUTPUT_TOKENS,
                            "at least " + output.getAsInt() + " tokens",
                            Long.toString(longest.getAsLong()))
                    : Optional.empty();
        }

        Optional<Rejection> policy(DataPolicy policy) {
            Set<String> inside = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            inside.addAll(constraints.regions());
            if (!inside.isEmpty() && (policy.regions().isEmpty() || !inside.containsAll(policy.regions()))) {
                return rejected(
                        Reason.REGIONS,
                        "all in " + inside,
                        policy.regions().isEmpty() ? UNKNOWN : policy.regions().toString());
            }
            Training training = policy.trainsOnApiData();
            if (constraints.noTraining() && training != Training.NO && training != Training.OPT_IN) {
                return rejected(Reason.NO_TRAINING, "no or opt in", wordsOf(training));
            }
            if (constraints.zeroRetention() && policy.zeroRetention() != ZeroRetention.DEFAULT) {
                return rejected(Reason.ZERO_RETENTION, "default", wordsOf(policy.zeroRetention()));
            }
            if (constraints.maxRetentionDays().isEmpty()) {
                return Optional.empty();
            }
            int most = constraints.maxRetentionDays().getAsInt();
            OptionalInt days = policy.retentionDays().isEmpty() && policy.zeroRetention() == ZeroRetention.DEFAULT
                    ? OptionalInt.of(0)
                    : policy.retentionDays();
            return days.isEmpty() || days.getAsInt() > most
                    ? rejected(
                            Reason.MAX_RETENTION_DAYS,
                            "at most " + most,
                            days.isEmpty() ? UNKNOWN : Integer.toString(days.getAsInt()))
                    : Optional.empty();
        }

        Optional<Rejection> price(RouterTarget.MaxPrice most) {
            return bound(Reason.MAX_INPUT_PRICE, most.input(), Rates::input)
                    .or(() -> bound(Reason.MAX_OUTPUT_PRICE, most.output(), Rates::output));
        }

        private Optional<Rejection> bound(Reason reason, Optional<BigDecimal> most, Function<Rates, BigDecimal> rate) {
            if (most.isEmpty()) {
                return Optional.empty();
            }
            Optional<Price> price = candidate.price();
            // A long request is charged at the rates of its tier.
            Optional<BigDecimal> actual = price.map(
                            listed -> listed.tierFor(facts.inputTokens().tokens())
                                    .map(Price.Tier::rates)
                                    .orElse(listed.rates()))
                    .map(rate);
            return actual.isEmpty() || actual.get().compareTo(most.get()) > 0
                    ? rejected(
                            reason,
                            "at most " + most.get().toPlainString(),
                            actual.map(BigDecimal::toPlainString).orElse(UNKNOWN))
                    : Optional.empty();
        }

        Optional<Rejection> cost() {
            if (constraints.maxCost().isEmpty()) {
                return Optional.empty();
            }
            BigDecimal most = constraints.maxCost().get();
            Optional<Money> expected = costs.at(candidate).map(Cost::total);
            return expected.isEmpty() || expected.get().amount().compareTo(most) > 0
                    ? rejected(
                            Reason.MAX_COST,
                            "at most " + most.toPlainString(),
                            expected.map(money ->
                                            money.amount().stripTrailingZeros().toPlainString())
                                    .orElse(UNKNOWN))
                    : Optional.empty();
        }

        Optional<Rejection> circuit() {
            TargetSnapshot snapshot = candidate.snapshot();
            return isOpen(snapshot)
                    ? rejected(
                            Reason.CIRCUIT_OPEN,
                            "closed",
                            "open"
                                    + snapshot.reopensIn()
                                            .map(wait -> " for " + wait.toMillis() + " ms")
                                            .orElse(""))
                    : Optional.empty();
        }
    }

    /** Empty if unknown. */
    private static Optional<Boolean> able(Model model, Capability capability) {
        return switch (capability) {
            case IMAGE_INPUT -> takes(model.inputs(), Modality.IMAGE);
            case PDF_INPUT -> takes(model.inputs(), Modality.PDF);
            case AUDIO_INPUT -> takes(model.inputs(), Modality.AUDIO);
            case VIDEO_INPUT -> takes(model.inputs(), Modality.VIDEO);
            case AUDIO_OUTPUT -> takes(model.outputs(), Modality.AUDIO);
            case TOOLS -> model.tools();
            case STRUCTURED_OUTPUT -> model.structuredOutput();
            case REASONING -> model.reasoning();
        };
    }

    private static Optional<Boolean> takes(Set<Modality> known, Modality modality) {
        return known.isEmpty() ? Optional.empty() : Optional.of(known.contains(modality));
    }

    private static String wordsOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
