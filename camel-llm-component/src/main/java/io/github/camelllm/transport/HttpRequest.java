package io.github.camelllm.transport;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request as it goes out.
 *
 * @param method such as {@code POST}
 * @param uri absolute, {@code http} or {@code https}, with a host; path and query are sent as they are written. User info
 *     is refused, a fragment is not sent
 * @param headers sent in this order. {@code Host} and {@code Content-Length} are added, {@code User-Agent} where it is
 *     missing, nothing else: no {@code Accept-Encoding}, so an answer comes uncompressed (one that does not is a failure
 *     unless the caller asked for it)
 * @param body not copied: must not change until the exchange ends; empty for none
 * @param timeouts how long it may take
 * @param maxBodyBytes largest body of the answer that is accepted, in bytes; above it the exchange fails. Positive
 */
public record HttpRequest(
        String method, URI uri, List<HttpField> headers, byte[] body, HttpTimeouts timeouts, long maxBodyBytes) {
    /** 64 MiB: a long answer has some hundred kilobytes, pictures and speech some megabytes. */
    public static final long DEFAULT_MAX_BODY_BYTES = 64L * 1024 * 1024;

    private static final byte[] NO_BODY = new byte[0];

    public HttpRequest {
        headers = List.copyOf(headers);
        if (maxBodyBytes <= 0) {
            throw new IllegalArgumentException("maxBodyBytes must be positive, is " + maxBodyBytes);
        }
        String scheme = uri.getScheme();
        if (uri.getHost() == null || !("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))) {
            throw new IllegalArgumentException("not an absolute http or https URI with a host");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "credentials belong into a header, not into the URI of " + uri.getHost());
        }
        if (!isAscii(uri.getRawPath()) || !isAscii(uri.getRawQuery())) {
            throw new IllegalArgumentException("path or query is not percent-encoded, of a URI of " + uri.getHost());
        }
        if (method.isEmpty() || !method.equals(method.toUpperCase(Locale.ROOT)) || method.indexOf(' ') >= 0) {
            throw new IllegalArgumentException("not an HTTP method: " + method);
        }
    }

    private static boolean isAscii(@Nullable String part) {
        for (int i = 0; part != null && i < part.length(); i++) {
            if (part.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** A POST with default timeouts and body limit. */
    public static HttpRequest post(URI uri, List<HttpField> headers, byte[] body) {
        return new HttpRequest("POST", uri, headers, body, HttpTimeouts.DEFAULT, DEFAULT_MAX_BODY_BYTES);
    }

    /** A GET with default timeouts and body limit. */
    public static HttpRequest get(URI uri, List<HttpField> headers) {
        return new HttpRequest("GET", uri, headers, NO_BODY, HttpTimeouts.DEFAULT, DEFAULT_MAX_BODY_BYTES);
    }

    public HttpRequest withTimeouts(HttpTimeouts other) {
        return new HttpRequest(method, uri, headers, body, other, maxBodyBytes);
    }

    public HttpRequest withMaxBodyBytes(long other) {
        return new HttpRequest(method, uri, headers, body, timeouts, other);
    }

    /** Path and query as they are written, for the request line. */
    String target() {
        String path = uri.getRawPath();
        String query = uri.getRawQuery();
        String target = path == null || path.isEmpty() ? "/" : path;
        return query == null ? target : target + "?" + query;
    }

    /** Whether a {@code Content-Length} is sent: a method that may have a body says that it has none. */
    boolean saysLength() {
        return body.length > 0 || method.startsWith("P");
    }

    /** Without query, header values and body, which hold keys and prompts. */
    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getHost() + uri.getRawPath() + " [" + body.length
                + " bytes]";
    }
}
