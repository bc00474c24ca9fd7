package io.github.camelllm.wire;

import java.util.List;
import java.util.Map;

/**
 * A request as it goes out, but for host and credentials.
 *
 * @param method {@code POST} or {@code GET}
 * @param path path and query to be appended to the provider's base URL, such as {@code /chat/completions}
 * @param headers headers that the dialect needs beside content type and credentials
 * @param body UTF-8 JSON; empty for a GET. Not copied: treat it as read-only
 * @param dropped vocabulary names of options that the provider lacks and that were left out
 */
public record EncodedRequest(
        String method, String path, Map<String, String> headers, byte[] body, List<String> dropped) {
    private static final byte[] NO_BODY = new byte[0];

    public EncodedRequest {
        headers = Map.copyOf(headers);
        dropped = List.copyOf(dropped);
    }

    public static EncodedRequest post(String path, byte[] body, List<String> dropped) {
        return new EncodedRequest("POST", path, Map.of(), body, dropped);
    }

    public static EncodedRequest get(String path) {
        return new EncodedRequest("GET", path, Map.of(), NO_BODY, List.of());
    }

    @Override
    public String toString() {
        return method + " " + path + " [" + body.length + " bytes]";
    }
}
