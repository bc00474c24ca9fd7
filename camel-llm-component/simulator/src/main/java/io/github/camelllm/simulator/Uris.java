package io.github.camelllm.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what clients write into paths and queries. */
final class Uris {
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private Uris() {}

    /** Without percent escapes; what is no escape stays as it is, and so does {@code +}. */
    static String decoded(String text) {
        String escaped = BROKEN_ESCAPE.matcher(text.replace("+", "%2B")).replaceAll("%25");
        return URLDecoder.decode(escaped, StandardCharsets.UTF_8);
    }

    /** Names and values of a query; of a name that comes twice, the first. */
    static Map<String, String> query(String uri) {
        Map<String, String> query = new LinkedHashMap<>();
        int start = uri.indexOf('?');
        for (String pair : start < 0 ? new String[0] : uri.substring(start + 1).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.putIfAbsent(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
            }
        }
        return query;
    }
}
