package io.github.camelllm.component;

import io.github.camelllm.call.CallTarget;
import io.github.camelllm.catalog.ProviderDescriptor;
import io.github.camelllm.router.Leg;
import io.github.camelllm.transport.Credentials;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keys of providers that a caller brings for its own calls. As the exchange property {@link LlmConstants#CALLER_KEYS} they take the
 * place of the configured ones: each goes to its own provider only, also behind a router. Such calls neither read nor fill the cache, and
 * have the tag {@code providerKey=caller}. {@code toString} shows no key. Immutable.
 */
public final class CallerKeys {
    private final Map<String, String> keys;
    private final boolean inBudgets;

    /**
     * @param keys by id of their provider
     * @param inBudgets whether what such calls cost counts for budgets
     */
    public CallerKeys(Map<String, String> keys, boolean inBudgets) {
        this.keys = new TreeMap<>(keys);
        this.inBudgets = inBudgets;
    }

    /** Ids of the providers that there are keys for. */
    public Set<String> providers() {
        return new TreeSet<>(keys.keySet());
    }

    boolean inBudgets() {
        return inBudgets;
    }

    /** A target as it is asked with these keys. */
    CallTarget on(CallTarget target, LlmEngine engine) {
        String key = keys.get(target.provider());
        if (key == null) {
            return target;
        }
        ProviderDescriptor.Auth auth =
                engine.catalog().providers().get(target.provider()).auth();
        Credentials credentials = new Credentials.OfCaller(LlmEndpoint.credentials(auth, key), inBudgets);
        return target.with(
                credentials, engine.healths().of(target.provider(), target.model(), target.baseUrl(), credentials));
    }

    /** The same for a target of a router. */
    Leg on(Leg leg, LlmEngine engine) {
        CallTarget target = on(leg.target(), engine);
        return target == leg.target() ? leg : new Leg(leg.name(), target, leg.adapt(), leg.changesOnlyModel());
    }

    @Override
    public String toString() {
        return "CallerKeys" + keys.keySet();
    }
}
