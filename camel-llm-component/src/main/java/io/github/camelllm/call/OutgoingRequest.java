package io.github.camelllm.call;

import io.github.camelllm.transport.HttpField;
import io.github.camelllm.transport.HttpRequest;
import io.github.camelllm.transport.HttpTimeouts;
import io.github.camelllm.wire.EncodedRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Completes an encoded request with address, credentials and headers. */
final class OutgoingRequest {
    private static final HttpField JSON = HttpField.of("Content-Type", "application/json");
    private static final HttpField ACCEPT_JSON = HttpField.of("Accept", "application/json");
    private static final HttpField ACCEPT_EVENTS = HttpField.of("Accept", "text/event-stream");

    private static final int MAX_KNOWN = 1_000;
    /** To look up an address takes a tenth of what it takes to parse it, and there are few. None has a key in it. */
    private static final Map<String, URI> KNOWN = new ConcurrentHashMap<>();

    private OutgoingRequest() {}

    static HttpRequest of(EncodedRequest encoded, Call<?> call, Timer timer) {
        CallTarget target = call.target();
        List<HttpField> headers = new ArrayList<>(8);
        target.credentials().header().ifPresent(headers::add);
        if (encoded.body().length > 0) {
            headers.add(JSON);
        }
        headers.add(call.stream() ? ACCEPT_EVENTS : ACCEPT_JSON);
        encoded.headers().forEach((name, value) -> headers.add(HttpField.of(name, value)));
        target.headers().forEach((name, value) -> headers.add(HttpField.of(name, value)));
        target.idempotencyHeader()
                .ifPresent(name -> headers.add(HttpField.of(name, call.id().toString())));
        target.attemptIdHeader()
                .ifPresent(
                        name -> headers.add(HttpField.of(name, call.attemptId().toString())));
        call.trace().sending(call).forEach((name, value) -> headers.add(HttpField.of(name, value)));
        HttpTimeouts timeouts = target.timeouts();
        return new HttpRequest(
                encoded.method(),
                address(encoded.path(), target),
                headers,
                encoded.body(),
                timeouts.withTotal(call.deadline().limit(timeouts.total(), timer)),
                target.maxResponseBytes());
    }

    /** The dialect's path goes behind the base URL's path and before its query (Azure's {@code api-version}). */
    private static URI address(String path, CallTarget target) {
        String base = target.baseUrl();
        int query = base.indexOf('?');
        StringBuilder address = new StringBuilder(query < 0 ? base : base.substring(0, query)).append(path);
        if (query >= 0) {
            address.append(path.indexOf('?') < 0 ? '?' : '&').append(base, query + 1, base.length());
        }
        Optional<String> key = target.credentials().query();
        if (key.isPresent()) {
            return URI.create(address.append(address.indexOf("?") < 0 ? '?' : '&')
                    .append(key.get())
                    .toString());
        }
        return known(address.toString());
    }

    private static URI known(String address) {
        URI known = KNOWN.get(address);
        if (known != null) {
            return known;
        }
        URI parsed = URI.create(address);
        if (KNOWN.size() < MAX_KNOWN) {
            KNOWN.put(address, parsed);
        }
        return parsed;
    }
}
