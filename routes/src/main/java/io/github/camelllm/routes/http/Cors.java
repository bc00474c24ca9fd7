package io.github.camelllm.routes.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which web pages may call from a browser (https://fetch.spec.whatwg.org/#http-cors-protocol). Off without origins. */
final class Cors {
    private final Set<String> origins;

    Cors(@Nullable String origins) {
        this.origins = origins == null
                ? Set.of()
                : Arrays.stream(origins.split(","))
                        .map(String::trim)
                        .filter(origin -> !origin.isEmpty())
                        .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a browser asks what it may send, and not the page itself. */
    boolean isPreflight(HttpServerRequest request) {
        return !origins.isEmpty()
                && request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains("origin")
                && request.headers().contains("access-control-request-method");
    }

    void answerPreflight(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String asked = request.getHeader("access-control-request-headers");
        if (allow(request)) {
            response.putHeader("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE");
            response.putHeader("access-control-max-age", "600");
            if (asked != null) {
                response.putHeader("access-control-allow-headers", asked);
            }
        }
        response.setStatusCode(204).end();
    }

    /** Puts on an answer what lets the page read it, if it may. */
    boolean allow(HttpServerRequest request) {
        if (origins.isEmpty()) {
            return false;
        }
        request.response().putHeader("vary", "origin");
        String origin = request.getHeader("origin");
        if (origin == null || !origins.contains("*") && !origins.contains(origin)) {
            return false;
        }
        request.response().putHeader("access-control-allow-origin", origin);
        request.response().putHeader("access-control-expose-headers", "*");
        return true;
    }
}
