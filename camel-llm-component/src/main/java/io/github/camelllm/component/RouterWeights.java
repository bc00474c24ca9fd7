package io.github.camelllm.component;

import io.github.camelllm.router.RouterDefinition;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Weights that take the place of those in the definitions of routers while the component runs. Calls under way end as they began.
 * Thread-safe.
 */
public final class RouterWeights {
    private final LlmRouters routers;

    RouterWeights(LlmRouters routers) {
        this.routers = routers;
    }

    /**
     * Uses these weights, and those of the definitions for all other routers. Weights are left alone as long as their router has
     * other targets than they are for.
     *
     * @param weights by router and target
     */
    public void set(Map<String, Map<String, Double>> weights) {
        Map<String, Map<String, Double>> copy = new TreeMap<>();
        weights.forEach((router, own) -> copy.put(router, Map.copyOf(own)));
        if (!copy.equals(routers.weights())) {
            routers.weights(Map.copyOf(copy));
        }
    }

    /** A router as its definition is written; empty if there is none. */
    public Optional<RouterDefinition> written(String router) {
        return routers.written().find(router);
    }

    /** A router as it is used now; empty if there is none. */
    public Optional<RouterDefinition> inUse(String router) {
        return routers.definitions().find(router);
    }
}
