package io.github.camelllm.routes.gateway.keys;

/** Keys cannot be changed as asked. The message says what was expected, what came and where. */
final class KeyRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    enum Reason {
        UNKNOWN,
        CONFLICT
    }

    private final Reason reason;

    KeyRefusal(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
