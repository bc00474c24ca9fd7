package io.github.camelllm.budget;

import org.jspecify.annotations.Nullable;

/** The store of the budgets could not be asked. */
public final class BudgetStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BudgetStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
