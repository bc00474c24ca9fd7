package io.github.camelllm.chat;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A budget of ours does not allow this call; nothing was sent. */
public final class LlmBudgetExceededException extends LlmException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // a record of JDK values; exceptions travel inside one JVM
    private final Optional<Excess> excess;

    public LlmBudgetExceededException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
        excess = cause instanceof LlmBudgetExceededException known ? known.excess : Optional.empty();
    }

    public LlmBudgetExceededException(String message, ErrorDetails details, Excess excess) {
        super(message, details, null);
        this.excess = Optional.of(excess);
    }

    /**
     * What did not fit into what.
     *
     * @param budget name of the budget
     * @param account whose share of it, such as {@code team=billing}; empty if it has one only
     * @param limit all that may be spent
     * @param used spent and set aside already
     * @param asked what this call could have cost; empty if that is unknown
     * @param resetsAt when the budget begins anew; empty if it never does
     */
    public record Excess(
            String budget,
            String account,
            Money limit,
            Money used,
            Optional<Money> asked,
            Optional<Instant> resetsAt) {}

    /** Empty if the failure came from a provider. */
    public Optional<Excess> excess() {
        return excess;
    }

    /** Name of the budget; null if a provider's budget is meant. */
    public @Nullable String getBudget() {
        return excess.map(Excess::budget).orElse(null);
    }

    /** When the budget begins anew; null if it never does or that is unknown. */
    public @Nullable Instant getResetsAt() {
        return excess.flatMap(Excess::resetsAt).orElse(null);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.BUDGET_EXCEEDED;
    }
}
