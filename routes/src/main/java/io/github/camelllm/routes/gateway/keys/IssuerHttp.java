package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.transport.HttpExchange;
import io.github.camelllm.transport.HttpField;
import io.github.camelllm.transport.HttpHandler;
import io.github.camelllm.transport.HttpRequest;
import io.github.camelllm.transport.HttpTimeouts;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.transport.TransportException;
import io.github.camelllm.wire.WireHeaders;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks an issuer of tokens, without holding a thread. Thread-safe. */
final class IssuerHttp {
    private static final long MOST_BYTES = 1 << 20;

    private final Supplier<HttpTransport> transport;
    private final Duration timeout;

    IssuerHttp(Supplier<HttpTransport> transport, Duration timeout) {
        this.transport = transport;
        this.timeout = timeout;
    }

    /** An answer that is no use. */
    static final class FetchException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FetchException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Fails with what went wrong. */
    CompletableFuture<byte[]> get(URI url) {
        return send(HttpRequest.get(url, List.of(HttpField.of("Accept", "application/json"))));
    }

    /** @param form already encoded */
    CompletableFuture<byte[]> post(URI url, List<HttpField> headers, String form) {
        List<HttpField> all = new ArrayList<>(headers);
        all.add(HttpField.of("Accept", "application/json"));
        all.add(HttpField.of("Content-Type", "application/x-www-form-urlencoded"));
        return send(HttpRequest.post(url, all, form.getBytes(StandardCharsets.UTF_8)));
    }

    private CompletableFuture<byte[]> send(HttpRequest request) {
        Body body = new Body(request.uri());
        HttpExchange exchange = transport
                .get()
                .send(
                        request.withTimeouts(new HttpTimeouts(timeout, timeout, timeout, timeout))
                                .withMaxBodyBytes(MOST_BYTES),
                        body);
        body.whole.whenComplete((bytes, failure) -> {
            if (failure instanceof FetchException) {
                exchange.cancel();
            }
        });
        return body.whole;
    }

    /** Collects an answer, which the transport keeps to its most bytes. */
    private static final class Body implements HttpHandler {
        private final URI url;
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Body(URI url) {
            this.url = url;
        }

        @Override
        public void onHead(int status, WireHeaders headers) {
            if (status != 200) {
                whole.completeExceptionally(new FetchException(url + " answered with status " + status, null));
            }
        }

        @Override
        public void onData(ByteBuffer piece) {
            byte[] copy = new byte[piece.remaining()];
            piece.get(copy);
            bytes.writeBytes(copy);
        }

        @Override
        public void onEnd() {
            whole.complete(bytes.toByteArray());
        }

        @Override
        public void onFailure(TransportException failure) {
            whole.completeExceptionally(failure);
        }
    }
}
