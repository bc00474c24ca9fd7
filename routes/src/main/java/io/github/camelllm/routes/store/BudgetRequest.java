package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.budget.BudgetStore.Window;
import java.util.List;
import java.util.UUID;

/** Something asked of a store that is kept in a database. */
sealed interface BudgetRequest<T> {
    /** The parts of accounts that it looks at or changes. */
    List<Window> windows();

    /** Attempts and corrections whose state it needs. */
    default List<UUID> ids() {
        return List.of();
    }

    /** Whether it is kept and tried again if the database is away. */
    default boolean mustNotGetLost() {
        return false;
    }

    /**
     * @param late whether it may have been done so long ago that nobody knows it any more
     * @throws io.github.camelllm.budget.BudgetStoreException if this one cannot be done, whatever becomes of others
     */
    T apply(BudgetBooks books, boolean late);

    record Reserve(UUID attemptId, List<Claim> claims) implements BudgetRequest<Decision> {
        public Reserve {
            claims = List.copyOf(claims);
        }

        @Override
        public List<Window> windows() {
            return claims.stream().map(Claim::window).toList();
        }

        @Override
        public List<UUID> ids() {
            return List.of(attemptId);
        }

        @Override
        public Decision apply(BudgetBooks books, boolean late) {
            return books.reserve(attemptId, claims);
        }

        /** Undoes it, whether it has been done, will be, or never. */
        Settle release() {
            return new Settle(
                    attemptId,
                    claims.stream()
                            .map(claim -> new Settlement(claim.hold(), claim.fromPeriod(), 0))
                            .toList());
        }
    }

    record Settle(UUID attemptId, List<Settlement> settlements) implements BudgetRequest<List<Balance>> {
        public Settle {
            settlements = List.copyOf(settlements);
        }

        @Override
        public List<Window> windows() {
            return settlements.stream().map(BudgetArguments::window).toList();
        }

        @Override
        public List<UUID> ids() {
            return List.of(attemptId);
        }

        @Override
        public boolean mustNotGetLost() {
            return true;
        }

        @Override
        public List<Balance> apply(BudgetBooks books, boolean late) {
            return books.settle(attemptId, settlements, late);
        }
    }

    record Adjust(UUID adjustmentId, Settlement settlement) implements BudgetRequest<Balance> {
        @Override
        public List<Window> windows() {
            return List.of(BudgetArguments.window(settlement));
        }

        @Override
        public List<UUID> ids() {
            return List.of(adjustmentId);
        }

        @Override
        public Balance apply(BudgetBooks books, boolean late) {
            return books.settle(adjustmentId, List.of(settlement), false).get(0);
        }
    }

    record Balances(List<Window> windows) implements BudgetRequest<List<Balance>> {
        public Balances {
            windows = List.copyOf(windows);
        }

        @Override
        public List<Balance> apply(BudgetBooks books, boolean late) {
            return books.balances(windows);
        }
    }
}
