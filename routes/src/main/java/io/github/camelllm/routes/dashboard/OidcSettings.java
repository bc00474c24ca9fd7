package io.github.camelllm.routes.dashboard;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The properties {@code llm.dashboard.oidc.…}.
 *
 * @param clientId as which the dashboard is known to the issuer
 * @param clientSecret empty for a public client
 * @param redirectUri where the issuer sends browsers back to: the dashboard's page {@code oidc}, as they reach it
 * @param scopes what is asked for
 * @param rolesClaim the claim with roles or groups; a path leads into objects
 * @param viewRoles one of these lets look; {@code *} is anybody whom the issuer lets in
 * @param adminRoles one of these lets do more than look
 * @param nameClaim the claim that names people in records
 * @param sessionLifetime how long a sign-in holds
 * @param issuer what {@link io.github.camelllm.routes.gateway.keys.OidcClient} reads
 */
record OidcSettings(
        String clientId,
        Optional<String> clientSecret,
        URI redirectUri,
        String scopes,
        String rolesClaim,
        Set<String> viewRoles,
        Set<String> adminRoles,
        String nameClaim,
        Duration sessionLifetime,
        Map<String, String> issuer) {
    static final String PREFIX = DashboardSettings.PREFIX + "oidc.";

    private static final List<String> OF_ISSUER = List.of("issuer", "clockSkew", "timeout", "algorithms", "allowHttp");
    private static final List<String> OWN = List.of(
            "clientId",
            "clientSecret",
            "redirectUri",
            "scopes",
            "rolesClaim",
            "viewRole",
            "adminRole",
            "nameClaim",
            "sessionLifetime");
    private static final Duration USUAL_SESSION = Duration.ofHours(1);
    private static final Duration LONGEST_SESSION = Duration.ofDays(1);

    OidcSettings {
        viewRoles = Set.copyOf(viewRoles);
        adminRoles = Set.copyOf(adminRoles);
        issuer = Map.copyOf(issuer);
    }

    static Set<String> names() {
        Set<String> names = new TreeSet<>(OWN);
        names.addAll(OF_ISSUER);
        return names;
    }

    /**
     * @param properties without their prefix
     * @throws IllegalArgumentException if one is unknown, missing or wrong
     */
    static OidcSettings of(Map<String, String> properties) {
        Map<String, String> given = new TreeMap<>(properties);
        given.values().removeIf(String::isBlank);
        given.keySet().stream()
                .filter(key -> !names().contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new IllegalArgumentException(PREFIX + key
                            + " is no property of the dashboard's login; it has " + String.join(", ", names()));
                });
        Map<String, String> issuer = new TreeMap<>(given);
        issuer.keySet().retainAll(OF_ISSUER);
        return new OidcSettings(
                required(given, "clientId", "the id of the client that the issuer knows the dashboard as"),
                Optional.ofNullable(given.get("clientSecret")),
                redirectUri(required(
                        given,
                        "redirectUri",
                        "the dashboard's own address with /oidc behind it, such as"
                                + " https://llm.example.com/llm/oidc")),
                given.getOrDefault("scopes", "openid profile"),
                given.getOrDefault("rolesClaim", "roles"),
                roles(required(
                        given, "viewRole", "the role that lets people look, or * for anybody whom the issuer lets in")),
                roles(given.getOrDefault("adminRole", "")),
                given.getOrDefault("nameClaim", "sub"),
                DashboardSettings.duration(PREFIX, given, "sessionLifetime", USUAL_SESSION, LONGEST_SESSION),
                issuer);
    }

    private static String required(Map<String, String> given, String name, String expected) {
        String value = given.get(name);
        if (value == null) {
            throw new IllegalArgumentException(PREFIX + name + " is missing; expected " + expected);
        }
        return value.strip();
    }

    private static Set<String> roles(String text) {
        Set<String> roles = new TreeSet<>(List.of(text.split(",")));
        roles.removeIf(String::isBlank);
        return new TreeSet<>(roles.stream().map(String::strip).toList());
    }

    private static URI redirectUri(String text) {
        try {
            URI uri = new URI(text);
            boolean isWeb = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (isWeb
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getPath().endsWith("/" + Oidc.CALLBACK)) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw wrongRedirect(text, e);
        }
        throw wrongRedirect(text, null);
    }

    private static IllegalArgumentException wrongRedirect(
            String text, @org.jspecify.annotations.Nullable Exception cause) {
        return new IllegalArgumentException(
                PREFIX + "redirectUri: expected an address that ends with /" + Oidc.CALLBACK + ", but came '" + text
                        + "'",
                cause);
    }

    /** Who has these roles; empty if none of them lets in. */
    Optional<Visitor> visitor(String name, List<String> roles) {
        boolean administers = roles.stream().anyMatch(adminRoles::contains);
        boolean looks = administers || viewRoles.contains("*") || roles.stream().anyMatch(viewRoles::contains);
        return looks ? Optional.of(new Visitor(name, administers)) : Optional.empty();
    }

    /** Without the client's secret. */
    @Override
    public String toString() {
        return "OidcSettings[" + issuer.get("issuer") + ", " + clientId + "]";
    }
}
