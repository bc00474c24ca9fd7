package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.store.PrefixedProperties;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/** Makes what finds out who calls, by the property {@code llm.gateway.auth}. */
public final class Authenticators {
    private static final String AUTH = "llm.gateway.auth";
    private static final String KEYS = "keys";
    private static final String JWT = "jwt";
    private static final String NONE = "none";

    private Authenticators() {}

    /**
     * Virtual keys, tokens, or both, whichever {@code llm.gateway.auth} names: {@code keys}, {@code jwt} or
     * {@code keys,jwt}. Without it, virtual keys, and tokens too if {@code llm.gateway.jwt.…} describes an issuer.
     *
     * @return empty if it is {@code none}: anyone may call
     * @throws CatalogException if a property is wrong
     * @throws IllegalStateException if a library for tokens is missing
     */
    public static Optional<Authenticator> of(CamelContext context) {
        return of(context, Clock.systemUTC());
    }

    static Optional<Authenticator> of(CamelContext context, Clock clock) {
        Map<String, String> jwt = PrefixedProperties.of(context, JwtSettings.PREFIX);
        Set<String> kinds = kinds(
                context.getPropertiesComponent().resolveProperty(AUTH).orElse(jwt.isEmpty() ? KEYS : KEYS + "," + JWT));
        if (kinds.equals(Set.of(NONE))) {
            return Optional.empty();
        }
        if (kinds.equals(Set.of(JWT))) {
            return Optional.of(tokens(context, jwt, clock));
        }
        Authenticator keys = VirtualKeys.of(context, clock).authenticator();
        return Optional.of(kinds.contains(JWT) ? new KeysOrTokens(keys, tokens(context, jwt, clock)) : keys);
    }

    private static Set<String> kinds(String text) {
        Set<String> kinds = Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(kind -> !kind.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        if (kinds.isEmpty()
                || !Set.of(KEYS, JWT, NONE).containsAll(kinds)
                || kinds.contains(NONE) && kinds.size() > 1) {
            throw new CatalogException(
                    "property " + AUTH + ": expected keys, jwt, keys,jwt or none, but it is '" + text + "'");
        }
        return kinds;
    }

    private static Authenticator tokens(CamelContext context, Map<String, String> properties, Clock clock) {
        JwtSettings settings = JwtSettings.of(properties);
        try {
            IssuerHttp http = new IssuerHttp(
                    () -> context.getComponent("llm", LlmComponent.class).transport(), settings.timeout());
            Jwks jwks = new Jwks(new JwksFetch(http, settings), settings.jwksTtl(), settings.refreshCooldown(), clock);
            return new JwtAuthenticator(settings, jwks, clock);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "Tokens (" + JwtSettings.PREFIX + "issuer) need com.nimbusds:nimbus-jose-jwt on the class path, but"
                            + " there is no " + e.getMessage(),
                    e);
        }
    }
}
