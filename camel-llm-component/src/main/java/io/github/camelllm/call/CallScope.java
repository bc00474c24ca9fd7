package io.github.camelllm.call;

import io.github.camelllm.transport.Credentials;
import io.github.camelllm.transport.HttpField;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which attempts something is for, and whose account each falls into: by provider, model, operation, route, the key that the
 * provider is asked with, or any tag.
 *
 * <p>{@code team: "*"} gives each team an account of its own, attempts without a team one together; {@code team: [a, b]} is
 * for those two only, with one account for both. A scope without dimensions is for all attempts, with one account.
 *
 * @param dimensions what must match, by name; an empty set stands for {@code *}
 */
public record CallScope(Map<String, Set<String>> dimensions) {
    /** All attempts together. */
    public static final CallScope ALL = new CallScope(Map.of());

    /** The key or token that a provider is asked with. Accounts are named by its fingerprint. */
    public static final String PROVIDER_KEY = "providerKey";

    private static final int MOST_CHARS = 128;

    public CallScope {
        Map<String, Set<String>> copy = new TreeMap<>();
        // In order, so that equal scopes are also written alike
        dimensions.forEach((name, values) -> copy.put(name, Collections.unmodifiableSet(new TreeSet<>(values))));
        dimensions = copy;
    }

    /**
     * Whose account an attempt falls into, such as {@code model=gpt-5-mini,team=billing}; an empty text if the scope has one
     * account only. Empty if the attempt is none of those meant.
     */
    public Optional<String> accountOf(Attempt attempt) {
        return accountOf(
                attempt.provider(),
                attempt.model(),
                attempt.operation(),
                attempt.tags(),
                attempt.target().credentials());
    }

    /** As {@link #accountOf(Attempt)}, for something that is no attempt yet, and has no key. */
    public Optional<String> accountOf(String provider, String model, Operation operation, Map<String, String> tags) {
        return accountOf(provider, model, operation, tags, new Credentials.None());
    }

    private Optional<String> accountOf(
            String provider, String model, Operation operation, Map<String, String> tags, Credentials credentials) {
        if (dimensions.isEmpty()) {
            return Optional.of("");
        }
        StringBuilder account = new StringBuilder();
        for (Map.Entry<String, Set<String>> dimension : dimensions.entrySet()) {
            String value = dimension.getKey().equals(PROVIDER_KEY)
                    ? fingerprint(credentials)
                    : valueOf(dimension.getKey(), provider, model, operation, tags);
            if (dimension.getValue().isEmpty()) {
                account.append(account.isEmpty() ? "" : ",")
                        .append(dimension.getKey())
                        .append('=');
                append(value, account);
            } else if (!dimension.getValue().contains(value)) {
                return Optional.empty();
            }
        }
        return Optional.of(account.toString());
    }

    private static String fingerprint(Credentials credentials) {
        return credentials
                .header()
                .map(HttpField::value)
                .or(credentials::query)
                .map(Fingerprint::of)
                .orElse("");
    }

    private static String valueOf(
            String dimension, String provider, String model, Operation operation, Map<String, String> tags) {
        switch (dimension) {
            case "provider":
                return provider;
            case "model":
                return model;
            case "operation":
                return operation.wireName();
            case "route":
                return tags.getOrDefault("routeId", "");
            default:
                return tags.getOrDefault(dimension, "");
        }
    }

    /** Values come from callers: they are cut to a size and cannot look like another account. */
    private static void append(String value, StringBuilder account) {
        if (value.length() > MOST_CHARS) {
            account.append("sha256:").append(Fingerprint.whole(value));
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',' || c == '=' || c == '%' || c < ' ') {
                account.append('%').append(HexFormat.of().toHexDigits((byte) c));
            } else {
                account.append(c);
            }
        }
    }
}
