package io.github.camelllm.simulator;

/** A script that cannot be read. The message names file, line and key, what was expected and what came. */
public final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScriptException(String message) {
        super(message);
    }

    ScriptException(String message, Throwable cause) {
        super(message, cause);
    }
}
