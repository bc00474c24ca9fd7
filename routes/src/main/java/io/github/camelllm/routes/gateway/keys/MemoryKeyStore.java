package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.component.LlmPolicies;
import io.github.camelllm.routes.gateway.keys.KeyPolicies.Family;
import io.github.camelllm.routes.gateway.keys.KeyPolicies.PolicyChange;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Keys that are gone when the process ends. */
final class MemoryKeyStore implements KeyStore {
    private final Map<String, VirtualKey> keys = new TreeMap<>();
    private long version;

    @Override
    public synchronized Optional<Keys> load(long known) {
        return known == version ? Optional.empty() : Optional.of(new Keys(version, new ArrayList<>(keys.values())));
    }

    @Override
    public synchronized Change change(
            String id, UnaryOperator<Optional<VirtualKey>> edit, String who, Supplier<LlmPolicies> policies) {
        Optional<VirtualKey> before = Optional.ofNullable(keys.get(id));
        Optional<VirtualKey> after = edit.apply(before);
        if (before.isEmpty() && keys.size() >= MOST_KEYS) {
            throw new KeyRefusal(
                    KeyRefusal.Reason.CONFLICT, "there are " + MOST_KEYS + " keys already, and no more fit");
        }
        for (PolicyChange change : KeyPolicies.changes(before, after)) {
            apply(change, who, policies.get());
        }
        after.ifPresentOrElse(key -> keys.put(id, key), () -> keys.remove(id));
        version++;
        return new Change(before, after);
    }

    private static void apply(PolicyChange change, String who, LlmPolicies policies) {
        if (change.family() == Family.BUDGET) {
            change.yaml()
                    .ifPresentOrElse(
                            yaml -> policies.defineBudget(change.name(), yaml, who),
                            () -> policies.removeBudget(change.name(), who));
        } else {
            change.yaml()
                    .ifPresentOrElse(
                            yaml -> policies.defineLimit(change.name(), yaml, who),
                            () -> policies.removeLimit(change.name(), who));
        }
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public void close() {
        // There is nothing to close
    }
}
