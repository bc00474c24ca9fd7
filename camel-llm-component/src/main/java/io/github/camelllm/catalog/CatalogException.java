package io.github.camelllm.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A descriptor, a price or the definition of a router is wrong or missing. The message tells where it stands, what was expected and what came; it
 * never holds a key.
 */
public final class CatalogException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public CatalogException(String message) {
        super(message);
    }

    public CatalogException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
