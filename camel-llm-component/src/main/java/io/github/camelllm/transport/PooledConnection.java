package io.github.camelllm.transport;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.command.RequestExecutionCommand;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.reactor.Command;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.jspecify.annotations.Nullable;

/**
 * An open connection. HTTP/1.1 carries one exchange at a time, HTTP/2 up to {@link #limit}. The fields named as such
 * belong to the {@link ConnectionPool} and are guarded by its lock.
 */
final class PooledConnection {
    /** HttpCore keeps a reset stream for a second ({@code AbstractH2StreamMultiplexer.LINGER_TIME}): so long its place is taken. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(1100);

    final ConnectionPool.Route route;
    private final ConnectionPool pool;
    private final ProtocolIOSession session;
    private final @Nullable StreamFrames frames;
    private final URIAuthority authority;
    private final @Nullable String proxyAuthorization;
    private final boolean absoluteUri;
    private final String userAgent;

    // guarded by the pool's lock
    final long createdAt;
    long idleSince;
    long idleLimitNanos;
    int limit;
    int inFlight;
    boolean draining;
    boolean removed;
    final ArrayDeque<Long> lingering = new ArrayDeque<>();
    private final Set<WireStream> streams = new HashSet<>();

    // I/O thread only
    private @Nullable WireStream sending;

    PooledConnection(
            ConnectionPool pool,
            ConnectionPool.Route route,
            ProtocolIOSession session,
            @Nullable StreamFrames frames,
            @Nullable ProxySettings httpProxy,
            HttpTransportSettings settings) {
        this.pool = pool;
        this.route = route;
        this.session = session;
        this.frames = frames;
        Origin origin = route.origin;
        this.authority =
                new URIAuthority(origin.host(), origin.port() == (origin.tls() ? 443 : 80) ? -1 : origin.port());
        this.absoluteUri = httpProxy != null;
        this.proxyAuthorization = httpProxy == null
                ? null
                : httpProxy.credentials().map(ProxySettings.Credentials::basic).orElse(null);
        this.userAgent = settings.userAgent();
        this.limit = frames == null ? 1 : settings.maxStreamsPerConnection();
        this.idleLimitNanos = settings.idleTimeout().toNanos();
        this.createdAt = System.nanoTime();
        this.idleSince = createdAt;
    }

    boolean isHttp2() {
        return frames != null;
    }

    boolean isOpen() {
        return session.isOpen();
    }

    /** Sends an exchange for which the pool has taken a place. */
    void start(ClientExchange exchange) {
        WireStream stream = new WireStream(exchange, this);
        if (isHttp2()) {
            pool.track(stream);
        }
        if (!exchange.attach(stream)) {
            stream.withdraw();
            return;
        }
        session.enqueue(
                new RequestExecutionCommand(stream, null, isHttp2() ? stream.dependency() : null, null),
                Command.Priority.NORMAL);
    }

    /** The request as it is written here. */
    HttpRequest message(io.github.camelllm.transport.HttpRequest request) {
        String path = request.uri().getRawPath();
        String query = request.uri().getRawQuery();
        String target = path == null || path.isEmpty() ? "/" : path;
        if (query != null) {
            target = target + "?" + query;
        }
        BasicHttpRequest message = new BasicHttpRequest(request.method(), route.origin.scheme(), authority, target);
        message.setAbsoluteRequestUri(absoluteUri);
        if (!isHttp2()) {
            message.addHeader("Host", route.authority);
        }
        boolean hasAgent = false;
        List<HttpField> fields = request.headers();
        for (int i = 0; i < fields.size(); i++) {
            HttpField field = fields.get(i);
            message.addHeader(field.name(), field.value());
            hasAgent |= field.name().equalsIgnoreCase("user-agent");
        }
        if (!hasAgent) {
            message.addHeader("User-Agent", userAgent);
        }
        int length = request.body().length;
        if (length > 0 || request.method().startsWith("P")) {
            message.addHeader("Content-Length", Integer.toString(length));
        }
        if (proxyAuthorization != null) {
            message.addHeader("Proxy-Authorization", proxyAuthorization);
        }
        return message;
    }

    /** HTTP/2: the stream whose headers are written next. */
    void sending(WireStream stream, boolean wholeRequest) {
        sending = stream;
        if (frames != null) {
            frames.headersEndStream(wholeRequest);
        }
    }

    void sent() {
        sending = null;
        if (frames != null) {
            frames.headersEndStream(false);
        }
    }

    /** HTTP/2: headers went out under this stream id. */
    void headersSent(int streamId) {
        WireStream stream = sending;
        if (stream != null) {
            stream.streamId(streamId);
        }
    }

    /** The exchange is complete; the connection can take the next one. */
    void release(WireStream stream, @Nullable HttpResponse response) {
        pool.release(this, stream, response == null ? 0 : keepAliveSeconds(response));
    }

    /** The exchange was stopped half-way. */
    void abandon(WireStream stream) {
        if (isHttp2()) {
            stream.reset();
            pool.linger(this, stream, System.nanoTime() + LINGER_NANOS);
        } else {
            pool.discard(this);
            session.close(CloseMode.IMMEDIATE);
        }
    }

    void closeIdle() {
        session.close(CloseMode.GRACEFUL);
    }

    void closeNow() {
        session.close(CloseMode.IMMEDIATE);
    }

    // Called with the pool's lock held

    void track(WireStream stream) {
        streams.add(stream);
    }

    void untrack(WireStream stream) {
        streams.remove(stream);
    }

    /** Streams with a higher id, and those that have none yet because they were not sent. */
    List<WireStream> streamsAbove(int lastStreamId) {
        List<WireStream> above = new ArrayList<>();
        for (WireStream stream : streams) {
            if (stream.streamId() == 0 || stream.streamId() > lastStreamId) {
                above.add(stream);
            }
        }
        return above;
    }

    boolean isUnused() {
        return inFlight == lingering.size();
    }

    /** The time in a {@code Keep-Alive: timeout=N} header, 0 if there is none. */
    private static int keepAliveSeconds(HttpResponse response) {
        Header header = response.getFirstHeader("keep-alive");
        if (header == null || header.getValue() == null) {
            return 0;
        }
        String value = header.getValue();
        int start = value.indexOf("timeout=");
        int seconds = 0;
        for (int i = start + 8; start >= 0 && i < value.length() && Character.isDigit(value.charAt(i)); i++) {
            seconds = Math.min(seconds * 10 + (value.charAt(i) - '0'), 86_400);
        }
        return seconds;
    }

    @Override
    public String toString() {
        return session.getId() + " to " + route.origin;
    }
}
