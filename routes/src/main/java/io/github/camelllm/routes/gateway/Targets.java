package io.github.camelllm.routes.gateway;

import io.github.camelllm.component.LlmEndpoint;
import io.github.camelllm.router.ModelRef;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.ResolveEndpointFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which model or router a client's name of a model means. Thread-safe. */
final class Targets {
    private static final Logger LOG = LoggerFactory.getLogger(Targets.class);
    private static final int MAX_KNOWN = 1_000;
    private static final int MAX_NAME = 200;

    /** What names may have beside letters and digits, though not at their beginning: nothing that begins options of an endpoint. */
    private static final String MARKS = "._:/@~-";

    private final CamelContext context;
    private final Map<String, ModelRef> known = new ConcurrentHashMap<>();

    Targets(CamelContext context) {
        this.context = context;
    }

    /**
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the name means nothing
     */
    ModelRef resolve(String name, GatewayConfig config) {
        ModelRef target = known.get(name);
        if (target != null) {
            return target;
        }
        target = find(name, config)
                .orElseThrow(
                        () -> Refusals.invalid(
                                Refusals.NOT_FOUND,
                                "there is no such model here; expected provider/model, router/NAME or an alias of this gateway"));
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        known.put(name, target);
        return target;
    }

    private Optional<ModelRef> find(String name, GatewayConfig config) {
        ModelRef alias = config.aliases().get(name);
        if (alias != null) {
            return Optional.of(alias);
        }
        if (!isSafe(name)) {
            return Optional.empty();
        }
        if (name.indexOf('/') > 0 && name.indexOf('/') < name.length() - 1) {
            ModelRef direct = ModelRef.parse(name);
            if (exists(direct)) {
                return Optional.of(direct);
            }
        }
        return config.defaultProvider()
                .map(provider -> new ModelRef(provider, name))
                .filter(this::exists);
    }

    /** Whether a name can stand in an endpoint's URI without saying more than a name. */
    static boolean isSafe(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || !isAlphanumeric(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (!isAlphanumeric(letter) && MARKS.indexOf(letter) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char letter) {
        return letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter >= '0' && letter <= '9';
    }

    /** Whether there is such a provider or router; what models a provider has is not known. */
    boolean exists(ModelRef target) {
        return isSafe(target.toString()) && hasEndpoint(uri(target));
    }

    /** Whether bare names can go there: to a provider, or to the router of that name. */
    boolean isProvider(String provider) {
        return provider.equals(ModelRef.ROUTER) || exists(new ModelRef(provider, "any"));
    }

    private boolean hasEndpoint(String uri) {
        try {
            return context.getEndpoint(uri) instanceof LlmEndpoint endpoint && endpoint.isKnown();
        } catch (ResolveEndpointFailedException e) {
            LOG.debug("{} cannot be asked", uri, e);
            return false;
        }
    }

    static String uri(ModelRef target) {
        return "llm:" + target;
    }

    /** Names may mean something else from now on. */
    void forget() {
        known.clear();
    }
}
