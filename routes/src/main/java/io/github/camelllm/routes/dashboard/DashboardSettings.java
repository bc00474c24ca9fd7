package io.github.camelllm.routes.dashboard;

import io.github.camelllm.catalog.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The properties {@code llm.dashboard.…}.
 *
 * @param secret what people sign in with; empty if everybody is let in
 * @param path where it is mounted, such as {@code /llm}; without a slash at its end
 * @param sessionLifetime how long a sign-in holds
 * @param queryTimeout of each query to the database, in whole seconds
 */
record DashboardSettings(Optional<String> secret, String path, Duration sessionLifetime, Duration queryTimeout) {
    static final String PREFIX = "llm.dashboard.";
    /** A secret that is shorter can be guessed. */
    static final int LEAST_SECRET_CHARS = 16;

    private static final Duration LONGEST_SESSION = Duration.ofDays(30);
    private static final Duration LONGEST_QUERY = Duration.ofMinutes(1);
    /** {@code from} is read by the route in {@code camel-llm/dashboard}, not here. */
    private static final List<String> KEYS =
            List.of("secret", "auth", "path", "sessionLifetime", "queryTimeout", "from");

    /** @throws IllegalArgumentException if there is no secret, or a property is unknown or makes no sense */
    static DashboardSettings of(Map<String, String> properties) {
        TreeSet<String> unknown = new TreeSet<>(properties.keySet());
        KEYS.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    PREFIX + unknown.first() + " is no property of the dashboard; it has " + String.join(", ", KEYS));
        }
        return new DashboardSettings(
                secret(properties),
                path(properties.getOrDefault("path", "/llm")),
                duration(properties, "sessionLifetime", Duration.ofHours(12), LONGEST_SESSION),
                duration(properties, "queryTimeout", Duration.ofSeconds(5), LONGEST_QUERY));
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
            case "secret":
                if (secret.length() < LEAST_SECRET_CHARS) {
                    throw new IllegalArgumentException(PREFIX + "secret: expected at least " + LEAST_SECRET_CHARS
                            + " characters to sign in with, but there are " + secret.length() + "; " + PREFIX
                            + "auth = none lets everybody in who reaches the port");
                }
                return Optional.of(secret);
            default:
                throw new IllegalArgumentException(PREFIX + "auth: expected secret or none, but came '" + auth + "'");
        }
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

    private static Duration duration(Map<String, String> properties, String name, Duration usual, Duration most) {
        String text = properties.get(name);
        return text == null
                ? usual
                : Durations.parse(text, most)
                        .filter(duration -> duration.compareTo(Duration.ofSeconds(1)) >= 0)
                        .orElseThrow(() -> new IllegalArgumentException(PREFIX + name
                                + ": expected a duration from 1s to " + most.toSeconds() + "s, but came '" + text
                                + "'"));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "DashboardSettings[" + path + ", " + (secret.isPresent() ? "with a secret" : "open to all") + "]";
    }
}
