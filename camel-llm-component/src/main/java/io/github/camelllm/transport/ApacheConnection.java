package io.github.camelllm.transport;

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

/** A connection on HttpCore's engines. */
final class ApacheConnection extends PooledConnection {
    /** HttpCore keeps a reset stream for a second ({@code AbstractH2StreamMultiplexer.LINGER_TIME}): so long its place is taken. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(1100);

    private final ProtocolIOSession session;
    private final @Nullable ApacheStreamFrames frames;
    private final URIAuthority authority;
    private final @Nullable String proxyAuthorization;
    private final boolean absoluteUri;
    private final String userAgent;

    // guarded by the pool's lock
    private final Set<WireStream> streams = new HashSet<>();

    // I/O thread only
    private @Nullable ApacheStream sending;

    ApacheConnection(
            ConnectionPool pool,
            ConnectionPool.Route route,
            ProtocolIOSession session,
            @Nullable ApacheStreamFrames frames,
            @Nullable ProxySettings httpProxy,
            HttpTransportSettings settings) {
        super(pool, route, null, frames == null ? 1 : settings.maxStreamsPerConnection(), settings);
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
    }

    @Override
    boolean isHttp2() {
        return frames != null;
    }

    @Override
    boolean isOpen() {
        return session.isOpen();
    }

    @Override
    void start(ClientExchange exchange) {
        ApacheStream stream = new ApacheStream(exchange, this);
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
        BasicHttpRequest message =
                new BasicHttpRequest(request.method(), route.origin.scheme(), authority, request.target());
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
        if (request.saysLength()) {
            message.addHeader("Content-Length", Integer.toString(request.body().length));
        }
        if (proxyAuthorization != null) {
            message.addHeader("Proxy-Authorization", proxyAuthorization);
        }
        return message;
    }

    /** HTTP/1.1: the answer's window is used up, and it is not to go on for now. */
    void hold(ApacheStream stream) {
        if (session instanceof ApacheHttp1Session http1) {
            http1.hold(stream);
        }
    }

    /** HTTP/2: the stream whose headers are written next. */
    void sending(ApacheStream stream, boolean wholeRequest) {
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
        ApacheStream stream = sending;
        if (stream != null) {
            stream.streamId(streamId);
        }
    }

    /** The exchange is complete; the connection can take the next one. */
    void release(ApacheStream stream, @Nullable HttpResponse response) {
        Header keepAlive = response == null ? null : response.getFirstHeader("keep-alive");
        pool.release(this, stream, keepAliveSeconds(keepAlive == null ? null : keepAlive.getValue()));
    }

    /** The exchange was stopped half-way. */
    void abandon(ApacheStream stream) {
        if (isHttp2()) {
            stream.reset();
            pool.linger(this, stream, System.nanoTime() + LINGER_NANOS);
        } else {
            pool.discard(this);
            session.close(CloseMode.IMMEDIATE);
        }
    }

    @Override
    void closeIdle() {
        session.close(CloseMode.GRACEFUL);
    }

    @Override
    void closeNow() {
        session.close(CloseMode.IMMEDIATE);
    }

    // Called with the pool's lock held

    @Override
    void track(WireStream stream) {
        streams.add(stream);
    }

    @Override
    void untrack(WireStream stream) {
        streams.remove(stream);
    }

    @Override
    List<WireStream> streamsAbove(int lastStreamId) {
        List<WireStream> above = new ArrayList<>();
        for (WireStream stream : streams) {
            if (stream.streamId() == 0 || stream.streamId() > lastStreamId) {
                above.add(stream);
            }
        }
        return above;
    }

    @Override
    public String toString() {
        return session.getId() + " to " + route.origin;
    }
}
