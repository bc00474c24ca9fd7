package io.github.camelllm.routes.gateway;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.gateway.keys.Authenticator;
import io.github.camelllm.routes.gateway.keys.Authenticators;
import io.github.camelllm.routes.store.PrefixedProperties;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Who checks callers, and where they say who they are. */
final class Authentication {
    private static final String BEARER = "bearer ";
    private static final String NONE = "none";
    private static final List<String> OF_KEYS = List.of("keys.", "key.", "jwt.");

    private Authentication() {}

    /**
     * Who checks callers; empty if anyone may call.
     *
     * @throws CatalogException if anyone may call from other machines and nobody said that this is meant
     */
    static Optional<Authenticator> of(CamelContext context, GatewayConfig config) {
        Set<Authenticator> beans = context.getRegistry().findByType(Authenticator.class);
        boolean none = config.auth().filter(NONE::equals).isPresent();
        if (!none && beans.size() == 1) {
            return Optional.of(beans.iterator().next());
        }
        if (!none && beans.isEmpty() && (config.auth().isPresent() || hasKeys(context))) {
            return Authenticators.of(context);
        }
        if (!none && beans.size() > 1) {
            throw new CatalogException("property " + GatewayConfig.PREFIX + "auth: expected one bean of type "
                    + Authenticator.class.getName() + ", but there are " + beans.size());
        }
        if (!config.isLoopback() && !config.unauthenticated()) {
            throw new CatalogException("property " + GatewayConfig.PREFIX + "host: " + config.host()
                    + " is reached from other machines, so callers must be checked (" + GatewayConfig.PREFIX
                    + "auth). If anyone is to call without a key, say " + GatewayConfig.PREFIX
                    + "unauthenticated=true");
        }
        return Optional.empty();
    }

    /** Whether settings speak of keys or tokens. */
    private static boolean hasKeys(CamelContext context) {
        return OF_KEYS.stream().anyMatch(family -> !PrefixedProperties.of(context, GatewayConfig.PREFIX + family)
                .isEmpty());
    }

    /** The secret that a client sent, taken out of its message; empty text if it sent none. */
    static String takeSecret(Message message) {
        String found = "";
        for (String header : new String[] {"x-goog-api-key", "x-api-key", "authorization"}) {
            Object value = message.removeHeader(header);
            if (value != null && !value.toString().isBlank()) {
                String text = value.toString().strip();
                found = text.regionMatches(true, 0, BEARER, 0, BEARER.length())
                        ? text.substring(BEARER.length()).strip()
                        : text;
            }
        }
        String query = message.getHeader(Exchange.HTTP_QUERY, String.class);
        if (query == null) {
            return found;
        }
        StringBuilder rest = new StringBuilder();
        for (String pair : query.split("&")) {
            if (pair.startsWith("key=")) {
                found = found.isEmpty() ? pair.substring("key=".length()) : found;
            } else {
                rest.append(rest.isEmpty() ? "" : "&").append(pair);
            }
        }
        if (rest.isEmpty()) {
            message.removeHeader(Exchange.HTTP_QUERY);
        } else {
            message.setHeader(Exchange.HTTP_QUERY, rest.toString());
        }
        return found;
    }
}
