package io.github.camelllm.call;

import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.Money;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What stands before and after each attempt: limits, budgets and books.
 *
 * @param limits make attempts wait, or refuse them, before anything of a budget is set aside
 * @param budgets refuse attempts that could cost too much
 * @param ledger hears of attempts that may be sent, and of how they ended
 */
public record Guards(
        Optional<Admission<Permit>> limits, Optional<Admission<BudgetPermit>> budgets, Optional<CallLedger> ledger) {
    /** Nothing stands in the way. */
    public static final Guards NONE = new Guards(Optional.empty(), Optional.empty(), Optional.empty());

    public boolean isEmpty() {
        return limits.isEmpty() && budgets.isEmpty() && ledger.isEmpty();
    }

    /** A permit that says what was set aside, and what of it is taken in the end. */
    public interface BudgetPermit extends Permit {
        BudgetPermit FREE = new BudgetPermit() {
            @Override
            public List<Hold> holds() {
                return List.of();
            }

            @Override
            public List<CallLedger.Charge> charges(CallRecord record) {
                return List.of();
            }

            @Override
            public void ended(CallRecord record) {}
        };

        List<Hold> holds();

        /** The most that the attempt can cost, if that was reckoned for this permit. */
        default Optional<Money> most() {
            return Optional.empty();
        }

        List<CallLedger.Charge> charges(CallRecord record);
    }

    /** The most that an attempt can cost, with its input counted as closely as can be; empty if that is unknown. */
    public static Optional<Money> most(Attempt attempt, Pricing pricing, boolean exactly) {
        AttemptSize size = attempt.size();
        OptionalLong output = size.mostOutputTokens();
        if (output.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong exact = exactly ? size.exactInputTokens() : OptionalLong.empty();
        return pricing.most(
                attempt.provider(),
                attempt.model(),
                exact.orElseGet(size::mostInputTokens),
                output.getAsLong(),
                size.mayWriteCache(),
                size.hasMedia(),
                size.mostSearches(),
                attempt.at());
    }
}
