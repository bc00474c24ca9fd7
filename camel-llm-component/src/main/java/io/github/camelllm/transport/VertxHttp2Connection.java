package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.AsciiString;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 connection on Netty's frame codec. The pool is told of a free place when Netty has closed the stream. */
final class VertxHttp2Connection extends VertxConnection {
    /** Of one's own choice while a server announces none (RFC 9113 section 6.5.2). */
    private static final int UNANNOUNCED_STREAMS = 100;

    private static final AsciiString USER_AGENT = AsciiString.cached("user-agent");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    /** Must not be sent (RFC 9113 section 8.2.2). */
    private static final Set<AsciiString> OF_HTTP_1 = Set.of(
            AsciiString.of("connection"),
            AsciiString.of("keep-alive"),
            AsciiString.of("proxy-connection"),
            AsciiString.of("transfer-encoding"),
            AsciiString.of("upgrade"));

    private final AsciiString scheme;
    private final AsciiString authority;
    private final AsciiString userAgent;
    private final int connectionWindow;
    private final Frames frames;
    private final Http2Connection http2;

    // event loop only
    private final IntObjectMap<Stream> streams = new IntObjectHashMap<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable IOException lost;
    private boolean reading;

    VertxHttp2Connection(VertxConnectionAttempt attempt, Channel channel, HttpTransportSettings settings) {
        super(attempt, channel, settings.maxStreamsPerConnection(), settings);
        this.scheme = AsciiString.cached(route.origin.scheme());
        this.authority = new AsciiString(route.authority);
        this.userAgent = new AsciiString(settings.userAgent());
        // Each stream can fill its window while it is paused and does not hold the others back.
        this.connectionWindow = (int) Math.min(
                Integer.MAX_VALUE - 65_535L, (long) settings.maxStreamsPerConnection() * settings.windowBytes());
        this.frames = new FramesBuilder(new Events(attempt), settings).build();
        this.http2 = frames.connection();
        http2.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream closed) {
                Stream stream = streams.remove(closed.id());
                if (stream != null) {
                    stream.closed();
                }
            }
        });
    }

    /** The attempt succeeds when the server's settings have come. */
    void open(VertxConnectionAttempt attempt) {
        handle(frames, new Ends(attempt));
        context = channel.pipeline().context(frames);
        channel.flush();
    }

    @Override
    boolean isHttp2() {
        return true;
    }

    @Override
    List<WireStream> streamsAbove(int lastStreamId) {
        List<WireStream> above = new ArrayList<>();
        for (Stream stream : streams.values()) {
            if (stream.id > lastStreamId) {
                above.add(stream);
            }
        }
        return above;
    }

    @Override
    VertxStream newStream(ClientExchange exchange) {
        return new Stream(exchange);
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("used before it was open");
        }
        return context;
    }

    /** Sends what has been written; within a read once for all that it leads to. */
    private void flush() {
        if (!reading) {
            frames.flush(context());
        }
    }

    /** @throws IllegalArgumentException if one of them is of HTTP/1.1 only */
    private Http2Headers headers(HttpRequest request) {
        List<HttpField> fields = request.headers();
        AsciiString[] names = new AsciiString[2 * fields.size() + 4];
        int n = 0;
        boolean hasAgent = false;
        for (int i = 0; i < fields.size(); i++) {
            HttpField field = fields.get(i);
            AsciiString name = new AsciiString(field.name()).toLowerCase();
            if (OF_HTTP_1.contains(name)) {
                throw new IllegalArgumentException("HTTP/2 has no header field " + name);
            }
            hasAgent |= name.contentEquals(USER_AGENT);
            names[n++] = name;
            names[n++] = new AsciiString(field.value());
        }
        if (!hasAgent) {
            names[n++] = USER_AGENT;
            names[n++] = userAgent;
        }
        if (request.saysLength()) {
            names[n++] = CONTENT_LENGTH;
            names[n++] = new AsciiString(Integer.toString(request.body().length));
        }
        return ReadOnlyHttp2Headers.clientHeaders(
                false,
                new AsciiString(request.method()),
                new AsciiString(request.target()),
                scheme,
                authority,
                n == names.length ? names : Arrays.copyOf(names, n));
    }

    private final class Stream extends VertxStream {
        private volatile int id;
        private boolean writing;
        private boolean headSeen;
        private boolean complete;
        private int owed;

        Stream(ClientExchange exchange) {
            super(exchange);
        }

        @Override
        public PooledConnection connection() {
            return VertxHttp2Connection.this;
        }

        @Override
        public int streamId() {
            return id;
        }

        @Override
        public void run() {
            if (isOver()) {
                giveBack();
                return;
            }
            Http2Headers headers;
            try {
                headers = headers(exchange.request);
            } catch (IllegalArgumentException e) {
                loop.execute(() -> {
                    withdraw();
                    exchange.fail(Kind.PROTOCOL, String.valueOf(e.getMessage()), null);
                });
                return;
            }
            byte[] body = exchange.request.body();
            int next = channel.isActive() && !http2.goAwayReceived()
                    ? http2.local().incrementAndGetNextStreamId()
                    : -1;
            if (next < 0) {
                // Gone, or all numbers are used up. Not before send has returned.
                loop.execute(() -> {
                    pool.drain(VertxHttp2Connection.this, Integer.MAX_VALUE);
                    unsent(null);
                });
                return;
            }
            started = true;
            id = next;
            streams.put(next, this);
            ChannelHandlerContext context = context();
            writing = true;
            frames.encoder()
                    .writeHeaders(context, next, headers, 0, body.length == 0, context.newPromise())
                    .addListener(this::written);
            if (body.length > 0) {
                frames.encoder().writeData(context, next, Unpooled.wrappedBuffer(body), 0, true, context.newPromise());
            }
            flush();
            writing = false;
        }

        /** Headers that Netty does not write, say because the server takes fewer streams now, open no stream. */
        private void written(Future<? super Void> headers) {
            if (!headers.isSuccess()) {
                loop.execute(() -> {
                    if (http2.stream(id) == null && streams.remove(id, this)) {
                        Throwable cause = headers.cause();
                        unsent(cause instanceof Exception e ? e : null);
                    }
                });
            }
        }

        void head(Http2Headers headers, boolean ends) {
            if (isOver()) {
                return;
            }
            int status = headSeen ? 0 : status(headers);
            if (status < 0) {
                failed(false, Kind.PROTOCOL, "no status", null);
            } else if (status >= 100 && status < 200 && !ends) {
                exchange.touch();
            } else if (!headSeen) {
                headSeen = true;
                if (headers.size() > MAX_HEADERS) {
                    failed(false, Kind.PROTOCOL, "more than " + MAX_HEADERS + " header fields", null);
                } else {
                    exchange.head(this, status, VertxHeaders.of(headers));
                }
            }
            if (ends) {
                ended();
            }
        }

        private static int status(Http2Headers headers) {
            CharSequence status = headers.status();
            if (status == null || status.length() != 3) {
                return -1;
            }
            int value = 0;
            for (int i = 0; i < 3; i++) {
                char digit = status.charAt(i);
                value = digit < '0' || digit > '9' ? -1000 : 10 * value + digit - '0';
            }
            return value < 100 ? -1 : value;
        }

        /** Returns how much of it the server may send again. */
        int body(ByteBuf bytes, boolean ends) {
            int size = bytes.readableBytes();
            if (isOver()) {
                return size;
            }
            if (!headSeen) {
                failed(false, Kind.PROTOCOL, "a body before the head", null);
                return size;
            }
            if (size > 0) {
                data(bytes);
            }
            if (ends) {
                ended();
                return size;
            }
            if (exchange.isPaused()) {
                owed += size;
                return 0;
            }
            int all = owed + size;
            owed = 0;
            return all;
        }

        /** The answer is whole. Netty closes the stream next, if the request is whole too. */
        private void ended() {
            if (isOver()) {
                return;
            }
            complete = true;
            Http2Stream stream = http2.stream(id);
            if (stream != null && stream.state().localSideOpen() && finish()) {
                abandon(); // answered before the request was read: what is left of it is not sent
                exchange.end(this);
            }
        }

        /** Netty has closed the stream. */
        void closed() {
            if (writing) {
                loop.execute(this::closed); // not before send has returned
                return;
            }
            giveBack();
            if (finish()) {
                if (complete) {
                    exchange.end(this);
                } else {
                    String detail = lost == null
                            ? "closed before the end of the answer"
                            : lost.getClass().getSimpleName();
                    exchange.broke(this, false, Kind.CONNECTION_LOST, detail, lost);
                }
            }
        }

        void reset(long code) {
            if (finish()) {
                boolean unprocessed = code == Http2Error.REFUSED_STREAM.code();
                exchange.broke(this, unprocessed, Kind.CONNECTION_LOST, "stream reset with code " + code, null);
            }
        }

        @Override
        public void grant() {
            if (!loop.inEventLoop()) {
                Exchanges.run(loop, this::grant);
                return;
            }
            int bytes = owed;
            Http2Stream stream = http2.stream(id);
            if (bytes == 0 || stream == null || exchange.isPaused()) {
                return;
            }
            owed = 0;
            try {
                if (http2.local().flowController().consumeBytes(stream, bytes)) {
                    flush();
                }
            } catch (Http2Exception e) {
                failed(e);
            }
        }

        @Override
        void abandon() {
            if (!loop.inEventLoop()) {
                Exchanges.run(loop, this::abandon);
            } else if (http2.stream(id) != null && id != 0) {
                ChannelHandlerContext context = context();
                frames.resetStream(context, id, Http2Error.CANCEL.code(), context.newPromise());
                flush();
            }
        }

        @Override
        void giveBack() {
            pool.release(VertxHttp2Connection.this, this, 0);
        }
    }

    /** Netty's codec, with a look at errors that it would keep to itself. */
    private final class Frames extends Http2ConnectionHandler {
        Frames(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial) {
            super(decoder, encoder, initial);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            reading = true;
            super.channelRead(context, message);
        }

        /** Netty flushes here. */
        @Override
        public void channelReadComplete(ChannelHandlerContext context) throws Exception {
            reading = false;
            super.channelReadComplete(context);
        }

        @Override
        protected void onStreamError(
                ChannelHandlerContext context, boolean outbound, Throwable cause, StreamException error) {
            Stream stream = streams.get(error.streamId());
            if (stream != null && !outbound) {
                stream.failed(error);
            }
            super.onStreamError(context, outbound, cause, error);
        }

        @Override
        protected void onConnectionError(
                ChannelHandlerContext context, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
            if (!outbound) {
                List.copyOf(streams.values()).forEach(stream -> stream.failed(error == null ? cause : error));
            }
            super.onConnectionError(context, outbound, cause, error);
        }
    }

    private final class FramesBuilder extends AbstractHttp2ConnectionHandlerBuilder<Frames, FramesBuilder> {
        FramesBuilder(Http2FrameAdapter events, HttpTransportSettings settings) {
            Http2Connection connection = new DefaultHttp2Connection(false);
            connection
                    .remote()
                    .flowController(new DefaultHttp2RemoteFlowController(
                            connection, new UniformStreamByteDistributor(connection)));
            connection(connection);
            frameListener(events);
            gracefulShutdownTimeoutMillis(0);
            initialSettings(Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(settings.windowBytes())
                    .maxHeaderListSize(MAX_HEADER_LIST_BYTES));
        }

        @Override
        protected Frames build() {
            return super.build();
        }

        @Override
        protected Frames build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial) {
            return new Frames(decoder, encoder, initial);
        }
    }

    /** What the server sends. */
    private final class Events extends Http2FrameAdapter {
        private final VertxConnectionAttempt attempt;
        private boolean begun;

        Events(VertxConnectionAttempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
            Long streams = settings.maxConcurrentStreams();
            if (streams != null || !begun) {
                pool.limit(VertxHttp2Connection.this, (int)
                        Math.min(streams == null ? UNANNOUNCED_STREAMS : streams, Integer.MAX_VALUE));
            }
            if (!begun) {
                begun = true;
                http2.local().flowController().incrementWindowSize(http2.connectionStream(), connectionWindow);
                frames.flush(context);
                attempt.succeed(VertxHttp2Connection.this);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean ends) {
            Stream stream = streams.get(streamId);
            if (stream != null) {
                stream.head(headers, ends);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean ends) {
            onHeadersRead(context, streamId, headers, padding, ends);
        }

        @Override
        public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean ends) {
            Stream stream = streams.get(streamId);
            return padding + (stream == null ? data.readableBytes() : stream.body(data, ends));
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext context, int streamId, long code) {
            Stream stream = streams.get(streamId);
            if (stream != null) {
                stream.reset(code);
            }
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext context, int lastStreamId, long code, ByteBuf debugData) {
            pool.drain(VertxHttp2Connection.this, lastStreamId).forEach(WireStream::refused);
        }
    }

    /** Notices the end of the channel. */
    private final class Ends extends ChannelInboundHandlerAdapter {
        private final VertxConnectionAttempt attempt;

        Ends(VertxConnectionAttempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            attempt.fail(Kind.CONNECT_FAILED, "closed by the server before its settings came", null);
            pool.discard(VertxHttp2Connection.this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof IOException e) {
                lost = e;
            }
            channel.close();
        }
    }
}
