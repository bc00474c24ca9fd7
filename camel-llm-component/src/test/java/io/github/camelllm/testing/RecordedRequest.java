package io.github.camelllm.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as the {@link PlaybackServer} read it.
 *
 * @param connection number of the connection it came on, counted from 1
 * @param method such as {@code POST}
 * @param target path and query as sent
 * @param headers in the order they came, names as sent
 * @param body the decoded body; empty if there was none
 */
public record RecordedRequest(
        int connection, String method, String target, List<Map.Entry<String, String>> headers, byte[] body) {
    public RecordedRequest {
        headers = List.copyOf(headers);
    }

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The first header of that name, whatever its case. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The body read as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return method + " " + path() + " [" + body.length + " bytes, connection " + connection + "]";
    }
}
