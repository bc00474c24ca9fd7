package io.github.camelllm.testing;

import io.github.camelllm.transport.ApacheHttpTransport;
import io.github.camelllm.transport.HttpExchange;
import io.github.camelllm.transport.HttpHandler;
import io.github.camelllm.transport.HttpRequest;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.transport.HttpTransportSettings;
import io.github.camelllm.transport.TransportException;
import io.github.camelllm.transport.TransportStats;
import io.github.camelllm.wire.WireHeaders;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** A transport that counts what was read of answers. What a server has sent besides is in buffers of the kernel, as large as that likes. */
public final class CountingTransport implements HttpTransport {
    private final HttpTransport transport = new ApacheHttpTransport(HttpTransportSettings.DEFAULT);
    private final AtomicLong bodyBytes = new AtomicLong();

    /** Bytes of all bodies so far. */
    public long bodyBytes() {
        return bodyBytes.get();
    }

    @Override
    public HttpExchange send(HttpRequest request, HttpHandler handler) {
        return transport.send(request, new Counting(handler));
    }

    @Override
    public TransportStats stats() {
        return transport.stats();
    }

    @Override
    public void close() {
        transport.close();
    }

    private final class Counting implements HttpHandler {
        private final HttpHandler handler;

        Counting(HttpHandler handler) {
            this.handler = handler;
        }

        @Override
        public void onStart(HttpExchange exchange) {
            handler.onStart(exchange);
        }

        @Override
        public void onHead(int status, WireHeaders headers) {
            handler.onHead(status, headers);
        }

        @Override
        public void onData(ByteBuffer bytes) {
            bodyBytes.addAndGet(bytes.remaining());
            handler.onData(bytes);
        }

        @Override
        public void onEnd() {
            handler.onEnd();
        }

        @Override
        public void onFailure(TransportException failure) {
            handler.onFailure(failure);
        }
    }
}
