package io.github.camelllm.routes.dashboard;

import io.github.camelllm.catalog.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The properties {@code llm.dashboard.…}.
 *
 * @param secret what people sign in with; empty if they cannot
 * @param oidc where people sign in; empty if they cannot. With neither, everybody is let in
 * @param path where it is mounted, such as {@code /llm}; without a slash at its end
 * @param sessionLifetime how long a sign-in holds
 * @param queryTimeout of each query to the database, in whole seconds
 */
record DashboardSettings(
        Optional<String> secret,
        Optional<OidcSettings> oidc,
        String path,
        Duration sessionLifetime,
        Duration queryTimeout) {
    static final String PREFIX = "llm.dashboard.";
    /** A secret that is shorter can be guessed. */
    static final int LEAST_SECRET_CHARS = 16;

    private static final String OIDC = "oidc.";
    private static final Duration LONGEST_SESSION = Duration.ofDays(30);
    private static final Duration LONGEST_QUERY = Duration.ofMinutes(1);
    /** {@code from} is read by the route in {@code camel-llm/dashboard}, not here. */
    private static final List<String> KEYS =
            List.of("secret", "auth", "path", "sessionLifetime", "queryTimeout", "from");

    /** @throws IllegalArgumentException if there is no secret, or a property is unknown or makes no sense */
    static DashboardSettings of(Map<String, String> properties) {
        TreeSet<String> unknown = new TreeSet<>(properties.keySet());
        KEYS.forEach(unknown::remove);
        unknown.removeIf(key -> key.startsWith(OIDC));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    PREFIX + unknown.first() + " is no property of the dashboard; it has " + String.join(", ", KEYS));
        }
        return new DashboardSettings(
                secret(properties),
                oidc(properties),
                path(properties.getOrDefault("path", "/llm")),
                duration(PREFIX, properties, "sessionLifetime", Duration.ofHours(12), LONGEST_SESSION),
                duration(PREFIX, properties, "queryTimeout", Duration.ofSeconds(5), LONGEST_QUERY));
    }

    private static Optional<String> secret(Map<String, String> properties) {
        String auth = properties.getOrDefault("auth", "secret").strip();
        String secret = properties.getOrDefault("secret", "").strip();
        switch (auth) {
            case "none":
                if (!secret.isEmpty()) {
                    throw new IllegalArgumentException(
                            PREFIX + "auth is none, but there is a " + PREFIX + "secret: take one of them away");
                }
                return Optional.empty();
            case "oidc":
                if (secret.isEmpty()) {
                    return Optional.empty();
                }
                return Optional.of(longEnough(secret));
            case "secret":
                return Optional.of(longEnough(secret));
            default:
                throw new IllegalArgumentException(
                        PREFIX + "auth: expected secret, oidc or none, but came '" + auth + "'");
        }
    }

    private static String longEnough(String secret) {
        if (secret.length() < LEAST_SECRET_CHARS) {
            throw new IllegalArgumentException(PREFIX + "secret: expected at least " + LEAST_SECRET_CHARS
                    + " characters to sign in with, but there are " + secret.length() + "; " + PREFIX
                    + "auth = none lets everybody in who reaches the port");
        }
        return secret;
    }

    private static Optional<OidcSettings> oidc(Map<String, String> properties) {
        Map<String, String> own = new TreeMap<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(OIDC)) {
                own.put(name.substring(OIDC.length()), value);
            }
        });
        if (!"oidc".equals(properties.getOrDefault("auth", "secret").strip())) {
            if (!own.isEmpty()) {
                throw new IllegalArgumentException(
                        OidcSettings.PREFIX + own.keySet().iterator().next() + " needs " + PREFIX + "auth = oidc");
            }
            return Optional.empty();
        }
        OidcSettings settings = OidcSettings.of(own);
        boolean hasSecret = !properties.getOrDefault("secret", "").isBlank();
        if (!hasSecret
                && settings.clientSecret()
                        .filter(secret -> secret.length() >= LEAST_SECRET_CHARS)
                        .isEmpty()) {
            throw new IllegalArgumentException(PREFIX + "secret is missing; sessions are signed with it, or with an "
                    + OidcSettings.PREFIX + "clientSecret of at least " + LEAST_SECRET_CHARS + " characters");
        }
        return Optional.of(settings);
    }

    /** What sessions are signed with; empty if nobody signs in. */
    Optional<String> sessionSecret() {
        return secret.or(() -> oidc.flatMap(OidcSettings::clientSecret));
    }

    private static String path(String text) {
        String path = text.strip();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (!path.isEmpty() && !path.startsWith("/")) {
            throw new IllegalArgumentException(
                    PREFIX + "path: expected a path that begins with a slash, such as /llm, but came '" + text + "'");
        }
        return path;
    }

    static Duration duration(
            String prefix, Map<String, String> properties, String name, Duration usual, Duration most) {
        String text = properties.get(name);
        return text == null
                ? usual
                : Durations.parse(text, most)
                        .filter(duration -> duration.compareTo(Duration.ofSeconds(1)) >= 0)
                        .orElseThrow(() -> new IllegalArgumentException(prefix + name
                                + ": expected a duration from 1s to " + most.toSeconds() + "s, but came '" + text
                                + "'"));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "DashboardSettings[" + path + ", " + (sessionSecret().isPresent() ? "with a sign-in" : "open to all")
                + "]";
    }
}
