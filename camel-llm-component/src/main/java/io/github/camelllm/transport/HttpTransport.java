package io.github.camelllm.transport;

/**
 * Sends HTTP requests without blocking a thread. Usable from any thread.
 *
 * <pre>{@code
 * try (HttpTransport transport = new ApacheHttpTransport(HttpTransportSettings.DEFAULT)) {
 *     HttpExchange exchange = transport.send(
 *             HttpRequest.post(URI.create("https://api.example.com/v1/chat/completions"), fields, json), handler);
 *     exchange.cancel();
 * }
 * }</pre>
 *
 * <p>A request is written to a server at most once, unless the server never saw it (the connection was closed before the
 * first byte went out) or said that it did not look at it (HTTP/2 REFUSED_STREAM and GOAWAY, RFC 9113 section 8.7): then it
 * goes out again on another connection. Every other failure is reported and left to the caller. Redirects, cookies,
 * authentication challenges and content codings are not acted upon: a 302 or 401 is an answer like any other.
 */
public interface HttpTransport extends AutoCloseable {
    /**
     * Starts the exchange and returns at once. Nothing is called back before this method has returned, unless an I/O
     * thread is faster; whatever goes wrong is told to the handler, not thrown.
     */
    HttpExchange send(HttpRequest request, HttpHandler handler);

    /** What the pool holds at this moment. */
    TransportStats stats();

    /**
     * Refuses new requests, gives those under way {@link HttpTransportSettings#closeGrace()} to end, then cancels the
     * rest and ends all threads. Must not be called from a handler.
     */
    @Override
    void close();
}
