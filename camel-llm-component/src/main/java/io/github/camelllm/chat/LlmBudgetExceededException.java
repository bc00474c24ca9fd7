package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** A budget of ours does not allow this call; nothing was sent. */
public final class LlmBudgetExceededException extends LlmException {
    private static final long serialVersionUID = 1L;

    public LlmBudgetExceededException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.BUDGET_EXCEEDED;
    }
}
