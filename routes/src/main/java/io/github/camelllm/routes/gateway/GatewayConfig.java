package io.github.camelllm.routes.gateway;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.Suggestions;
import io.github.camelllm.router.ModelRef;
import io.github.camelllm.routes.gateway.keys.Caller;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What properties {@code llm.gateway.…} say.
 *
 * @param auth {@code none}, or the name of an {@code Authenticator} bean; empty to take the one there is
 * @param unauthenticated whether {@code auth=none} is meant although other machines reach the port
 * @param aliases names that clients may use for models and routers
 * @param defaultProvider where models go that name no provider; empty if they are refused
 * @param models globs over the names that clients may ask for; empty for all
 * @param requestGuardrails ids of routes that look at requests
 * @param answerGuardrails ids of routes that look at answers
 * @param guardrailsFailOpen whether a guardrail that fails lets everything pass
 * @param guardrailWindowChars how much of a stream is held back until the guardrails have seen it
 * @param allowedUrlHosts hosts of private networks that URLs in requests may name
 * @param requestHeaders names of request headers that stages see beside those that the gateway reads
 * @param ownKeys who may bring keys of providers
 */
record GatewayConfig(
        String host,
        Optional<String> auth,
        boolean unauthenticated,
        Map<String, ModelRef> aliases,
        Optional<String> defaultProvider,
        List<String> models,
        List<String> requestGuardrails,
        List<String> answerGuardrails,
        boolean guardrailsFailOpen,
        int guardrailWindowChars,
        Set<String> allowedUrlHosts,
        List<String> requestHeaders,
        OwnKeys ownKeys) {
    static final String PREFIX = "llm.gateway.";
    static final String THIS_MACHINE = "127.0.0.1";

    private static final String ALIAS = "alias.";
    private static final String REQUEST_HEADERS = "requestHeaders";
    private static final int USUAL_WINDOW = 400;

    private static final Set<String> OWN = Set.of(
            "host",
            "auth",
            "unauthenticated",
            "defaultProvider",
            "models",
            "guardrails.request",
            "guardrails.answer",
            "guardrails.failOpen",
            "guardrails.window",
            "byok.callers",
            "byok.providers",
            "byok.outsideBudgets",
            "allowedUrlHosts",
            REQUEST_HEADERS);

    /** Read where the server is set up, in the route {@code llm-gateway-in} and in the application. */
    private static final Set<String> OTHERS = Set.of(
            "port",
            "maxBodyBytes",
            "maxConnections",
            "writeTimeout",
            "corsOrigins",
            "routes",
            "reloadInterval",
            "continueOnIoThread");

    /** Beginnings of keys that belong together; all but the first two belong to the packages beside this one. */
    static final List<String> FAMILIES =
            List.of("guardrails.", "byok.", "keys.", "key.", "jwt.", "admin.", "accessLog.");

    GatewayConfig {
        models = List.copyOf(models);
        requestGuardrails = List.copyOf(requestGuardrails);
        answerGuardrails = List.copyOf(answerGuardrails);
        allowedUrlHosts = Set.copyOf(allowedUrlHosts);
        requestHeaders = List.copyOf(requestHeaders);
    }

    /** All settings but aliases, whose names are the user's. */
    static Set<String> names() {
        Set<String> names = new TreeSet<>(OWN);
        names.addAll(OTHERS);
        return names;
    }

    /** Somebody who may ask for whatever the gateway offers. */
    Caller anyone() {
        return new Caller("anonymous", Map.of(), models, Optional.empty());
    }

    /** Whether only this machine reaches the port. */
    boolean isLoopback() {
        return isLoopback(host);
    }

    /** Whether only this machine reaches what listens there. */
    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }

    /**
     * @param properties without their prefix
     * @throws CatalogException if one is unknown or wrong
     */
    static GatewayConfig of(Map<String, String> properties) {
        Map<String, String> left = new TreeMap<>(properties);
        left.values().removeIf(String::isBlank);
        if (left.getOrDefault(REQUEST_HEADERS, "").contains("*")) {
            throw new CatalogException("property " + PREFIX + REQUEST_HEADERS
                    + ": expected names of headers, which are added to those that the gateway reads, got '*'");
        }
        Map<String, ModelRef> aliases = new LinkedHashMap<>();
        left.forEach((key, value) -> {
            if (key.startsWith(ALIAS)) {
                aliases.put(key.substring(ALIAS.length()), model(key, value));
            }
        });
        left.keySet()
                .removeIf(key -> key.startsWith(ALIAS)
                        || OTHERS.contains(key)
                        || FAMILIES.stream().skip(2).anyMatch(key::startsWith));
        GatewayConfig settings = new GatewayConfig(
                Optional.ofNullable(left.remove("host")).orElse(THIS_MACHINE),
                Optional.ofNullable(left.remove("auth")),
                yes(left, "unauthenticated"),
                aliases,
                Optional.ofNullable(left.remove("defaultProvider")),
                list(left, "models"),
                list(left, "guardrails.request"),
                list(left, "guardrails.answer"),
                yes(left, "guardrails.failOpen"),
                number(left, "guardrails.window", USUAL_WINDOW),
                Set.copyOf(list(left, "allowedUrlHosts")),
                list(left, REQUEST_HEADERS),
                new OwnKeys(
                        list(left, "byok.callers"), list(left, "byok.providers"), !yes(left, "byok.outsideBudgets")));
        if (!left.isEmpty()) {
            String unknown = left.keySet().iterator().next();
            String near = Suggestions.didYouMean(unknown, names());
            throw new CatalogException("property " + PREFIX + unknown + ": there is no such setting of the gateway"
                    + (near.isEmpty() ? "; known are " + names() : near));
        }
        return settings;
    }

    private static ModelRef model(String key, String value) {
        try {
            return ModelRef.parse(value);
        } catch (IllegalArgumentException e) {
            throw new CatalogException("property " + PREFIX + key + ": " + e.getMessage(), e);
        }
    }

    private static List<String> list(Map<String, String> left, String key) {
        String value = left.remove(key);
        return value == null
                ? List.of()
                : Stream.of(value.split(","))
                        .map(String::trim)
                        .filter(part -> !part.isEmpty())
                        .toList();
    }

    private static boolean yes(Map<String, String> left, String key) {
        String value = left.remove(key);
        if (value != null && !Arrays.asList("true", "false").contains(value)) {
            throw new CatalogException("property " + PREFIX + key + ": expected true or false, got '" + value + "'");
        }
        return Boolean.parseBoolean(value);
    }

    private static int number(Map<String, String> left, String key, int usual) {
        String value = left.remove(key);
        if (value != null && !value.matches("[1-9]\\d{0,8}")) {
            throw new CatalogException(
                    "property " + PREFIX + key + ": expected a whole number above 0, got '" + value + "'");
        }
        return value == null ? usual : Integer.parseInt(value);
    }
}
