package io.github.camelllm.routes.documents;

import io.github.camelllm.wire.Json;
import java.util.Collection;

/** The documents that still exist. */
public final class DocumentIds {
    /**
     * As a JSON array.
     *
     * @throws IllegalArgumentException if there are none: an unreadable folder must not empty the index
     */
    public String json(Object body) {
        if (!(body instanceof Collection<?> ids) || ids.isEmpty()) {
            throw new IllegalArgumentException(
                    "llm-prune-documents: expected a list of the documents that stay as body, got "
                            + (body instanceof Collection
                                    ? "an empty one"
                                    : body == null ? "none" : body.getClass().getName()));
        }
        return Json.MAPPER
                .valueToTree(ids.stream().map(String::valueOf).toList())
                .toString();
    }
}
