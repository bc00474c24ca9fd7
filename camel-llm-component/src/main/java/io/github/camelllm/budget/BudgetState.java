package io.github.camelllm.budget;

import io.github.camelllm.chat.Money;
import java.time.Instant;
import java.util.Optional;

/**
 * How an account of a budget was doing when this process last used it, or when its store was last asked; other nodes may have
 * spent since.
 *
 * @param account whose share of the budget; empty if it has one only
 * @param reserved set aside for attempts under way
 */
public record BudgetState(
        String budget,
        String account,
        boolean hard,
        Money limit,
        Money spent,
        Money reserved,
        Optional<Instant> resetsAt) {}
