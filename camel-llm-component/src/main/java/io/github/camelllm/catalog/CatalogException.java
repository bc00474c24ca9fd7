package io.github.camelllm.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A descriptor or a price is wrong or missing. The message tells where it stands, what was expected and what came; it
 * never holds a key.
 */
public final class CatalogException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CatalogException(String message) {
        super(message);
    }

    CatalogException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
