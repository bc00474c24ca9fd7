package io.github.camelllm.budget;

import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.call.Attempt;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** What callers are told when a budget does not let an attempt through. */
final class Refusals {
    private Refusals() {}

    /** @param most what the attempt can cost; empty if that is unknown */
    static LlmBudgetExceededException exceeded(Attempt attempt, Share share, Balance balance, Optional<Money> most) {
        BudgetDefinition budget = share.budget();
        Money limit = budget.limitOf(share.account());
        Money used = Amounts.money(balance.spentNanos() + balance.reservedNanos(), budget);
        Optional<Instant> resets = budget.window().resetsAt(share.now());
        String words = attempt.target() + ": " + name(share) + " allows " + words(limit) + " per "
                + budget.window().words();
        if (!(budget.window() instanceof BudgetWindow.Call)) {
            words += ", of which " + words(Amounts.money(balance.spentNanos(), budget)) + " are spent and "
                    + words(Amounts.money(balance.reservedNanos(), budget)) + " set aside for calls under way";
        }
        words += "; this call can cost up to " + most.map(Refusals::words).orElse("an unknown amount")
                + resets.map(at -> "; it resets at " + at).orElse("");
        return new LlmBudgetExceededException(
                words,
                details(attempt, "budget_exceeded", resets.map(at -> Duration.between(share.now(), at))),
                new LlmBudgetExceededException.Excess(budget.name(), share.account(), limit, used, most, resets));
    }

    /**
     * @param most what the attempt can cost, in a currency that the budget has no rate for or too much to be kept; empty if that
     *     is unknown
     */
    static LlmBudgetExceededException unknownCost(Attempt attempt, Share share, Optional<Money> most) {
        BudgetDefinition budget = share.budget();
        String why;
        if (most.isPresent() && Amounts.nearest(most.get(), budget).isPresent()) {
            why = "it is more than "
                    + words(new Money(Amounts.MOST, budget.limit().currency()))
                    + ", the most that budgets can keep; check maxTokens, the price and exchangeRates of the budget";
        } else if (most.isPresent()) {
            why = "its price is in " + most.get().currency() + " and the budget in "
                    + budget.limit().currency() + "; set exchangeRates."
                    + most.get().currency() + " of the budget";
        } else if (attempt.size().mostOutputTokens().isEmpty()) {
            why = "neither the request nor the catalogue says how long its answer can get; set maxTokens";
        } else if (attempt.size().mostSearches().isEmpty()) {
            why =
                    "nothing bounds the searches that its provider may charge for, or its price is unknown; set max_uses of"
                            + " the search tool, or unknownCost: allow for the budget";
        } else {
            why = "its price is unknown; set llm.price." + attempt.provider() + "." + attempt.model()
                    + " or a prices file, or unknownCost: allow for the budget";
        }
        return new LlmBudgetExceededException(
                attempt.target() + ": " + name(share) + " cannot tell what this call may cost: " + why,
                details(attempt, "cost_unknown", Optional.empty()),
                new LlmBudgetExceededException.Excess(
                        budget.name(),
                        share.account(),
                        budget.limitOf(share.account()),
                        Amounts.money(0, budget),
                        Optional.empty(),
                        Optional.empty()));
    }

    static LlmException throttled(Attempt attempt, Share share, Duration wait) {
        return new LlmRateLimitedException(
                attempt.target() + ": " + name(share) + " is spent and lets "
                        + share.budget().throttleTo().orElse(1) + " calls a minute through; this one would wait "
                        + wait.toSeconds() + " s",
                details(attempt, "budget_throttled", Optional.of(wait)),
                null);
    }

    private static String name(Share share) {
        return "budget '" + share.budget().name() + "'" + (share.account().isEmpty() ? "" : " of " + share.account());
    }

    private static String words(Money money) {
        return money.amount().stripTrailingZeros().toPlainString() + " " + money.currency();
    }

    private static ErrorDetails details(Attempt attempt, String errorType, Optional<Duration> retryAfter) {
        return new ErrorDetails(
                attempt.provider(),
                attempt.model(),
                OptionalInt.empty(),
                Optional.empty(),
                errorType,
                false,
                retryAfter,
                Optional.empty());
    }
}
