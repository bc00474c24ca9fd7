package io.github.camelllm.routes.ledger.reconcile;

/** An export is not what its format says. The message says what was expected, what came and where. */
public final class ExportException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ExportException(String message) {
        super(message);
    }

    public ExportException(String message, Throwable cause) {
        super(message, cause);
    }
}
