package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.config.CharCodingConfig;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.nio.ClientHttp1IOEventHandler;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexerFactory;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.http2.config.H2Param;
import org.apache.hc.core5.http2.frame.FrameConsts;
import org.apache.hc.core5.http2.frame.FrameFlag;
import org.apache.hc.core5.http2.frame.FrameType;
import org.apache.hc.core5.http2.frame.RawFrame;
import org.apache.hc.core5.http2.impl.nio.ClientH2IOEventHandler;
import org.apache.hc.core5.http2.impl.nio.ClientH2StreamMultiplexer;
import org.apache.hc.core5.http2.impl.nio.H2StreamListener;
import org.apache.hc.core5.http2.ssl.ApplicationProtocol;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.reactor.ssl.TlsDetails;
import org.apache.hc.core5.reactor.ssl.TransportSecurityLayer;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Puts TLS and HTTP on sockets, with HttpClient's TLS and HttpCore's protocol engines and nothing in between. */
final class ApacheConnectionFactory {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_HEADER_LIST_BYTES = 64 * 1024;
    private static final int MAX_HEADERS = 256;
    /** HttpCore's own limit of concurrent streams while a server announces none. */
    private static final int UNANNOUNCED_STREAMS = H2Config.initial().build().getMaxConcurrentStreams();

    /** Requests are complete when they come here, and nothing is done on account of an answer's headers. */
    private static final HttpProcessor AS_IT_IS = new HttpProcessor() {
        @Override
        public void process(HttpRequest request, @Nullable EntityDetails entity, HttpContext context) {}

        @Override
        public void process(HttpResponse response, @Nullable EntityDetails entity, HttpContext context) {}
    };

    private final HttpTransportSettings settings;
    private final ConnectionInitiator reactor;
    private final Executor resolver;
    private final TlsStrategy tls;
    private final TlsConfig tlsConfig;
    private final ClientHttp1StreamDuplexerFactory http1;
    private final H2Config http2;

    ApacheConnectionFactory(HttpTransportSettings settings, ConnectionInitiator reactor, Executor resolver) {
        this.settings = settings;
        this.reactor = reactor;
        this.resolver = resolver;
        this.tls = tls(settings);
        this.tlsConfig = TlsConfig.custom()
                .setVersionPolicy(
                        switch (settings.httpVersion()) {
                            case AUTO -> org.apache.hc.core5.http2.HttpVersionPolicy.NEGOTIATE;
                            case HTTP_1_1 -> org.apache.hc.core5.http2.HttpVersionPolicy.FORCE_HTTP_1;
                            case HTTP_2 -> org.apache.hc.core5.http2.HttpVersionPolicy.FORCE_HTTP_2;
                        })
                .build();
        Http1Config config = Http1Config.custom()
                .setInitialWindowSize(settings.windowBytes())
                .setMaxLineLength(MAX_HEADER_LIST_BYTES)
                .setMaxHeaderCount(MAX_HEADERS)
                .build();
        this.http1 = new ClientHttp1StreamDuplexerFactory(AS_IT_IS, config, CharCodingConfig.DEFAULT);
        this.http2 = H2Config.custom()
                .setPushEnabled(false)
                .setInitialWindowSize(settings.windowBytes())
                .setMaxFrameSize(FrameConsts.MIN_FRAME_SIZE)
                .setMaxHeaderListSize(MAX_HEADER_LIST_BYTES)
                .build();
    }

    private static TlsStrategy tls(HttpTransportSettings settings) {
        // The system's context honours javax.net.ssl.keyStore and the like. Not BUILTIN, which sounds right: HttpClient
        // 5.5.1 sets the JDK's endpoint identification on the parameters
        // after it has handed them to the engine, so no name would be checked at all.
        ClientTlsStrategyBuilder builder =
                ClientTlsStrategyBuilder.create().setHostVerificationPolicy(HostnameVerificationPolicy.CLIENT);
        builder.setSslContext(SSLContexts.createSystemDefault());
        settings.tls().ifPresent(given -> {
            builder.setSslContext(given.context());
            given.hostnameVerifier().ifPresent(builder::setHostnameVerifier);
            if (!given.protocols().isEmpty()) {
                builder.setTlsVersions(given.protocols().toArray(String[]::new));
            }
            if (!given.cipherSuites().isEmpty()) {
                builder.setCiphers(given.cipherSuites().toArray(String[]::new));
            }
        });
        return builder.buildAsync();
    }

    ConnectionInitiator reactor() {
        return reactor;
    }

    /** Looks up names, which blocks. */
    Executor resolver() {
        return resolver;
    }

    ApacheConnectionAttempt attempt(ConnectionPool pool, ConnectionPool.Route route, long connectNanos) {
        return new ApacheConnectionAttempt(this, pool, route, settings, connectNanos);
    }

    void secure(Origin origin, ProtocolIOSession session, FutureCallback<TransportSecurityLayer> callback) {
        tls.upgrade(
                session,
                new HttpHost(origin.scheme(), origin.host(), origin.port()),
                tlsConfig,
                Timeout.DISABLED,
                callback);
    }

    /** Starts HTTP on a session that is connected and, where wanted, secured. */
    void open(ApacheConnectionAttempt attempt, ProtocolIOSession session, boolean secured) throws IOException {
        TlsDetails details = session.getTlsDetails();
        boolean agreed = details != null && ApplicationProtocol.HTTP_2.id.equals(details.getApplicationProtocol());
        if (secured && !agreed && settings.httpVersion() == HttpVersionPolicy.HTTP_2) {
            attempt.fail(Kind.PROTOCOL, "the server did not agree on HTTP/2", null);
        } else if (secured ? agreed : settings.httpVersion() == HttpVersionPolicy.HTTP_2) {
            openHttp2(attempt, session);
        } else {
            openHttp1(attempt, session);
        }
    }

    private void openHttp1(ApacheConnectionAttempt attempt, ProtocolIOSession session) throws IOException {
        ApacheHttp1Session held = new ApacheHttp1Session(session);
        ApacheConnection connection =
                new ApacheConnection(attempt.pool, attempt.route, held, null, attempt.httpProxy(), settings);
        ClientHttp1IOEventHandler handler = new ClientHttp1IOEventHandler(http1.create(held)) {
            @Override
            public void disconnected(IOSession ended) {
                attempt.pool.discard(connection);
                super.disconnected(ended);
            }
        };
        session.upgrade(handler);
        handler.connected(session);
        attempt.succeed(connection);
    }

    private void openHttp2(ApacheConnectionAttempt attempt, ProtocolIOSession session) throws IOException {
        ApacheStreamFrames frames = new ApacheStreamFrames();
        ApacheConnection connection =
                new ApacheConnection(attempt.pool, attempt.route, session, frames, attempt.httpProxy(), settings);
        ClientH2StreamMultiplexer multiplexer = new ClientH2StreamMultiplexer(
                session,
                frames,
                AS_IT_IS,
                null,
                http2,
                CharCodingConfig.DEFAULT,
                new ConnectionFrames(attempt, attempt.pool, connection));
        ClientH2IOEventHandler handler = new ClientH2IOEventHandler(multiplexer) {
            @Override
            public void disconnected(IOSession ended) {
                attempt.fail(Kind.CONNECT_FAILED, "closed by the server before its settings came", null);
                attempt.pool.discard(connection);
                super.disconnected(ended);
            }
        };
        ByteBuffer preface = ByteBuffer.wrap(PREFACE);
        session.write(preface);
        if (preface.hasRemaining()) {
            session.close(CloseMode.IMMEDIATE);
            throw new IOException("a new connection did not take 24 bytes");
        }
        session.upgrade(handler);
        handler.connected(session);
    }

    /** Watches for what concerns the connection as a whole: SETTINGS and GOAWAY. */
    private static final class ConnectionFrames implements H2StreamListener {
        private final ApacheConnectionAttempt attempt;
        private final ConnectionPool pool;
        private final ApacheConnection connection;

        ConnectionFrames(ApacheConnectionAttempt attempt, ConnectionPool pool, ApacheConnection connection) {
            this.attempt = attempt;
            this.pool = pool;
            this.connection = connection;
        }

        @Override
        public void onFrameInput(HttpConnection source, int streamId, RawFrame frame) {
            if (frame.isType(FrameType.SETTINGS) && !frame.isFlagSet(FrameFlag.ACK)) {
                settings(frame.getPayload());
            } else if (frame.isType(FrameType.GOAWAY)) {
                goAway(frame.getPayload());
            }
        }

        private void settings(@Nullable ByteBuffer payload) {
            int streams = UNANNOUNCED_STREAMS;
            while (payload != null && payload.remaining() >= 6) {
                int id = payload.getShort();
                int value = payload.getInt();
                if (id == H2Param.MAX_CONCURRENT_STREAMS.getCode()) {
                    streams = value < 0 ? UNANNOUNCED_STREAMS : value;
                }
            }
            pool.limit(connection, streams);
            attempt.succeed(connection);
        }

        private void goAway(@Nullable ByteBuffer payload) {
            if (payload == null || payload.remaining() < 8) {
                return; // the multiplexer rejects it
            }
            List<WireStream> unprocessed = pool.drain(connection, payload.getInt() & Integer.MAX_VALUE);
            unprocessed.forEach(WireStream::refused);
        }

        @Override
        public void onHeaderInput(HttpConnection source, int streamId, List<? extends Header> headers) {}

        @Override
        public void onHeaderOutput(HttpConnection source, int streamId, List<? extends Header> headers) {
            connection.headersSent(streamId);
        }

        @Override
        public void onFrameOutput(HttpConnection source, int streamId, RawFrame frame) {}

        @Override
        public void onInputFlowControl(HttpConnection source, int streamId, int delta, int actualSize) {}

        @Override
        public void onOutputFlowControl(HttpConnection source, int streamId, int delta, int actualSize) {}
    }
}
