package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.catalog.CatalogException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The properties {@code llm.gateway.keys.…}.
 *
 * @param store where keys are kept that are given out while the gateway runs
 * @param location file with keys in YAML
 * @param refreshInterval how often changes of other nodes and of the file are looked for
 * @param maxStale how long keys are believed that cannot be read again
 * @param graceTime how long a secret still works after it was replaced, if nobody says otherwise
 * @param adminSecret what the admin API wants to see; empty if there is no admin API
 */
record KeySettings(
        Store store,
        Optional<String> location,
        Duration refreshInterval,
        Duration maxStale,
        Duration graceTime,
        Optional<String> adminSecret) {
    static final String PREFIX = "llm.gateway.keys.";
    static final Duration LONGEST_GRACE = Duration.ofDays(90);

    private static final Set<String> KEYS =
            Set.of("store", "location", "refreshInterval", "maxStale", "graceTime", "adminSecret");
    private static final int LEAST_SECRET_CHARS = 16;
    private static final Duration DAY = Duration.ofDays(1);

    /** Where keys are kept. */
    enum Store {
        MEMORY,
        JDBC
    }

    /** @throws CatalogException if a property is unknown or wrong; the message does not quote the secret */
    static KeySettings of(Map<String, String> properties) {
        GatewaySettings settings = new GatewaySettings(PREFIX, properties, KEYS);
        Optional<String> secret = settings.text("adminSecret");
        if (secret.isPresent() && secret.get().length() < LEAST_SECRET_CHARS) {
            throw new CatalogException("property " + PREFIX + "adminSecret: expected at least " + LEAST_SECRET_CHARS
                    + " characters, better 32 random ones, but it has "
                    + secret.get().length());
        }
        Duration refreshInterval = settings.duration("refreshInterval", Duration.ofSeconds(5), DAY);
        Duration maxStale = settings.duration("maxStale", Duration.ofHours(1), Duration.ofDays(30));
        if (maxStale.compareTo(refreshInterval.multipliedBy(2)) < 0) {
            throw settings.wrong(
                    "maxStale", "at least twice the refreshInterval, which is " + refreshInterval, maxStale.toString());
        }
        return new KeySettings(
                settings.oneOf("store", Store.MEMORY),
                settings.text("location"),
                refreshInterval,
                maxStale,
                settings.duration("graceTime", DAY, LONGEST_GRACE),
                secret);
    }

    @Override
    public String toString() {
        return "KeySettings[" + store + "]";
    }
}
