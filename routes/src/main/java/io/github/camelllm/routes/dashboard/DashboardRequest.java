package io.github.camelllm.routes.dashboard;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a browser asks for.
 *
 * @param method in capitals
 * @param path behind the mount point, such as {@code /calls}; empty for the mount point itself
 * @param query parameters that have a value; of several with one name the first
 * @param headers by name in small letters
 * @param form what a form sent
 * @param remoteAddress empty if the consumer does not tell
 */
record DashboardRequest(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        Map<String, String> form,
        String remoteAddress) {
    private static final int MOST_QUERY_CHARS = 4096;
    private static final int MOST_PARAMETERS = 50;

    DashboardRequest {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        headers = Map.copyOf(headers);
        form = Map.copyOf(form);
    }

    /** Page that is meant, without the ending of a table. */
    String page() {
        String name = name();
        return name.endsWith(".csv") ? name.substring(0, name.length() - 4) : name;
    }

    /** Last part of the path. */
    String name() {
        return path.substring(path.indexOf('/') + 1);
    }

    boolean isCsv() {
        return path.endsWith(".csv");
    }

    /** A parameter that is not blank. */
    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    boolean isOverTls() {
        return header("x-forwarded-proto").filter("https"::equalsIgnoreCase).isPresent();
    }

    /** @throws IllegalArgumentException if it is no query, or too long for one of ours */
    static Map<String, String> parameters(String text) {
        if (text.length() > MOST_QUERY_CHARS) {
            throw new IllegalArgumentException(
                    "expected a query of at most " + MOST_QUERY_CHARS + " characters, but it has " + text.length());
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : text.split("&", MOST_PARAMETERS)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.putIfAbsent(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        String decoded;
        try {
            decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected a percent-encoded query, but it has a wrong escape", e);
        }
        // PostgreSQL takes none, and so the ledger keeps none; it may keep other control characters
        if (decoded.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("expected a query without zero characters, but it has one");
        }
        return decoded;
    }

    /** Without values: they may be a secret. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
