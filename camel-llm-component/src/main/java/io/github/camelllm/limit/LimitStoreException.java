package io.github.camelllm.limit;

import org.jspecify.annotations.Nullable;

/** The store of the limits could not be asked. */
public final class LimitStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LimitStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
