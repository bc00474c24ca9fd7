package io.github.camelllm.routes.deadletters;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The properties {@code llm.deadLetters.…}.
 *
 * @param secret that contents are encrypted with; empty if nothing is kept
 * @param gateway whether calls of the gateway are kept
 * @param maxAge how long a dead letter is kept
 * @param maxCount how many are
 * @param maxContentBytes a longer content is not kept, only that it was there
 * @param maxTotalBytes of all contents together
 * @param answersTo endpoint that gets the answers of calls that were sent again; empty if nobody does
 */
record DeadLetterSettings(
        Optional<String> secret,
        boolean gateway,
        Duration maxAge,
        int maxCount,
        int maxContentBytes,
        long maxTotalBytes,
        Optional<String> answersTo) {
    static final String PREFIX = "llm.deadLetters.";

    private static final Set<String> KEYS =
            Set.of("secret", "gateway", "maxAge", "maxCount", "maxContentBytes", "maxTotalBytes", "answersTo");
    private static final int LEAST_SECRET_CHARS = 16;
    private static final Duration LONGEST_AGE = Duration.ofDays(366);
    private static final int MOST_LETTERS = 100_000;
    private static final int MOST_BYTES = 32 << 20;
    private static final long MOST_TOTAL = 100L << 30;

    static Set<String> names() {
        return KEYS;
    }

    /**
     * @param properties without their prefix
     * @throws CatalogException if one is unknown or wrong
     */
    static DeadLetterSettings of(Map<String, String> properties) {
        Map<String, String> given = new TreeMap<>(properties);
        given.values().removeIf(String::isBlank);
        given.keySet().stream().filter(key -> !KEYS.contains(key)).findFirst().ifPresent(key -> {
            throw new CatalogException(
                    "property " + PREFIX + key + ": there is no such setting; known are " + new TreeSet<>(KEYS));
        });
        Optional<String> secret = Optional.ofNullable(given.get("secret")).map(String::strip);
        if (secret.isPresent() && secret.get().length() < LEAST_SECRET_CHARS) {
            throw new CatalogException("property " + PREFIX + "secret: expected at least " + LEAST_SECRET_CHARS
                    + " characters to encrypt with, but there are "
                    + secret.get().length());
        }
        boolean gateway = flag(given, "gateway");
        if (gateway && secret.isEmpty()) {
            throw new CatalogException("property " + PREFIX + "secret is missing; expected a text of at least "
                    + LEAST_SECRET_CHARS + " characters that what was asked is encrypted with");
        }
        return new DeadLetterSettings(
                secret,
                gateway,
                age(given),
                (int) number(given, "maxCount", 1_000, MOST_LETTERS),
                (int) number(given, "maxContentBytes", 1 << 20, MOST_BYTES),
                number(given, "maxTotalBytes", 64L << 20, MOST_TOTAL),
                Optional.ofNullable(given.get("answersTo")));
    }

    private static boolean flag(Map<String, String> given, String key) {
        String value = given.getOrDefault(key, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new CatalogException("property " + PREFIX + key + ": expected true or false, got '" + value + "'");
        }
        return value.equals("true");
    }

    private static Duration age(Map<String, String> given) {
        String value = given.getOrDefault("maxAge", "7d");
        return Durations.parse(value, LONGEST_AGE)
                .filter(age -> !age.isZero())
                .orElseThrow(() -> new CatalogException("property " + PREFIX
                        + "maxAge: expected a duration such as 7d, up to 366d, got '" + value + "'"));
    }

    private static long number(Map<String, String> given, String key, long usual, long most) {
        String value = given.get(key);
        if (value == null) {
            return usual;
        }
        if (!value.matches("[1-9]\\d{0,14}") || Long.parseLong(value) > most) {
            throw new CatalogException("property " + PREFIX + key + ": expected a whole number from 1 to " + most
                    + ", got '" + value + "'");
        }
        return Long.parseLong(value);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "DeadLetterSettings[" + (secret.isPresent() ? "on" : "off") + ", gateway " + gateway + "]";
    }
}
