package io.github.camelllm.routes.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The head of one request as headers of a message, and the message's headers as those of the answer. Names that begin with
 * {@code Camel} pass neither way: they tell routes and components what to do.
 */
final class RequestHead {
    private static final String CAMEL = "Camel";
    private static final String REMOTE_ADDRESS = "CamelHttpRemoteAddress";
    /** What belongs to a connection or is the server's to say (RFC 9110 section 7.6.1). */
    private static final Set<String> OWN = Set.of(
            "connection",
            "content-length",
            "transfer-encoding",
            "keep-alive",
            "upgrade",
            "te",
            "trailer",
            "host",
            // Of requests only, and a route on a trace has its own
            "traceparent",
            "tracestate");

    private final List<Object> given = new ArrayList<>();

    /** The names of an option in lower case, in a form that is looked up quickly; null if it is a star. */
    static @Nullable List<CharSequence> names(String option) {
        return option.trim().equals("*")
                ? null
                : Arrays.stream(option.split(","))
                        .map(name -> name.trim().toLowerCase(Locale.ROOT))
                        .filter(name -> !name.isEmpty() && !isCamel(name))
                        .distinct()
                        .map(HttpHeaders::createOptimized)
                        .toList();
    }

    /** @param wanted of {@link #names}; null for all */
    void read(HttpServerRequest request, @Nullable List<CharSequence> wanted, Message message) {
        message.setHeader(Exchange.HTTP_METHOD, request.method().name());
        String path = request.path();
        message.setHeader(Exchange.HTTP_PATH, path == null ? "" : path);
        String query = request.query();
        if (query != null) {
            message.setHeader(Exchange.HTTP_QUERY, query);
        }
        MultiMap headers = request.headers();
        if (wanted == null) {
            SocketAddress remote = request.remoteAddress();
            if (remote != null) {
                message.setHeader(REMOTE_ADDRESS, remote.toString());
            }
            for (Map.Entry<String, String> header : headers) {
                if (!isCamel(header.getKey())) {
                    give(message, header.getKey(), header.getValue());
                }
            }
        } else {
            for (CharSequence name : wanted) {
                if (headers.contains(name)) {
                    headers.getAll(name).forEach(value -> give(message, name.toString(), value));
                }
            }
        }
    }

    private void give(Message message, String name, String value) {
        Object before = message.getHeader(name);
        if (before == null) {
            given.add(value);
            message.setHeader(name, value);
        } else {
            // RFC 9110 section 5.3; HTTP/2 splits cookies (RFC 9113 section 8.2.3)
            String both = before + (name.equalsIgnoreCase("cookie") ? "; " : ", ") + value;
            given.add(both);
            message.setHeader(name, both);
        }
    }

    /** @throws IllegalArgumentException if a header has what none may have, such as a line break */
    void write(Message message, HttpServerResponse response) {
        message.getHeaders().forEach((name, value) -> write(name, value, response));
    }

    private void write(String name, @Nullable Object value, HttpServerResponse response) {
        if (value == null || isCamel(name) || OWN.contains(name.toLowerCase(Locale.ROOT)) || wasGiven(value)) {
            return;
        }
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            response.putHeader(name, value.toString());
        } else if (value instanceof Collection<?> several) {
            Iterable<String> values = several.stream().map(String::valueOf).toList();
            response.putHeader(name, values);
        }
    }

    /** Whether a header is the request's own: the very object, since a route may set an equal one. */
    @SuppressWarnings("ReferenceEquality")
    private boolean wasGiven(Object value) {
        for (Object one : given) {
            if (one == value) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCamel(String name) {
        return name.regionMatches(true, 0, CAMEL, 0, CAMEL.length());
    }
}
