package io.github.camelllm.simulator;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the key of a request, and keeps keys out of records. */
final class ApiKeys {
    private static final Set<String> SECRET_HEADERS =
            Set.of("authorization", "x-api-key", "api-key", "x-goog-api-key", "proxy-authorization", "cookie");
    private static final Pattern KEY_QUERY = Pattern.compile("([?&](?:key|api-key|access_token)=)([^&]*)");

    private ApiKeys() {}

    /** The key in any of the places where the dialects put it; empty text if there is none. */
    static String of(Map<String, String> headers, String uri) {
        for (String name : new String[] {"x-api-key", "x-goog-api-key", "api-key"}) {
            String value = headers.get(name);
            if (value != null) {
                return value;
            }
        }
        String authorization = headers.getOrDefault("authorization", "");
        if (authorization.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            return authorization.substring("bearer ".length()).trim();
        }
        Matcher query = KEY_QUERY.matcher(uri);
        return query.find() ? Uris.decoded(query.group(2)) : "";
    }

    /** The headers with credentials masked. */
    static Map<String, String> masked(Map<String, String> headers) {
        Map<String, String> masked = new LinkedHashMap<>(headers);
        masked.replaceAll((name, value) -> SECRET_HEADERS.contains(name) ? "***" : value);
        return Map.copyOf(masked);
    }

    static String maskedUri(String uri) {
        return KEY_QUERY.matcher(uri).replaceAll("$1***");
    }
}
