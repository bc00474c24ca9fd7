package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.component.LlmPolicies;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Where keys are kept that are given out while the gateway runs. Thread-safe; methods may block. */
interface KeyStore extends AutoCloseable {
    /** No version. */
    long NONE = -1;

    /** Most keys, revoked ones among them. */
    int MOST_KEYS = 100_000;

    /** All keys as of a version. */
    record Keys(long version, List<VirtualKey> keys) {
        public Keys {
            keys = List.copyOf(keys);
        }
    }

    /** One key before and after a change. */
    record Change(Optional<VirtualKey> before, Optional<VirtualKey> after) {}

    /**
     * All keys; empty if there is no other version than the one that is known.
     *
     * @throws IllegalStateException if they cannot be read
     */
    Optional<Keys> load(long known);

    /**
     * Changes one key together with its budgets and limits.
     *
     * @param edit gets the key as it is, empty if there is none, and gives the key as it shall be; what it throws is thrown
     *     on, and nothing has changed then
     * @param who changes it, for the audit of budgets and limits
     * @throws IllegalStateException if it cannot be written
     */
    Change change(String id, UnaryOperator<Optional<VirtualKey>> edit, String who, Supplier<LlmPolicies> policies);

    /** Whether others may change keys here too. */
    boolean isShared();

    @Override
    void close();
}
