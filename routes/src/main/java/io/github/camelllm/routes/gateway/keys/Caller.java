package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.catalog.Glob;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who calls, and what they may.
 *
 * @param id names the caller in records and logs; it is no secret
 * @param tags labels of the caller's calls, which budgets, limits and reports can go by
 * @param models models that may be asked, as globs over the names that clients send, such as {@code openai/*}; empty if
 *     all may
 * @param expires when the caller's key ends; empty if it does not
 */
public record Caller(String id, Map<String, String> tags, List<String> models, Optional<Instant> expires) {
    public Caller {
        tags = Map.copyOf(tags);
        models = List.copyOf(models);
    }

    /** Whether this model may be asked. */
    public boolean mayUse(String model) {
        return models.isEmpty() || models.stream().anyMatch(glob -> Glob.matches(glob, model));
    }
}
