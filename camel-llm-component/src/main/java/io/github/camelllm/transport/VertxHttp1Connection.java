package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection: Netty's decoder reads, requests are written by hand, in one buffer with a body that is not
 * large.
 */
final class VertxHttp1Connection extends VertxConnection {
    private static final int USUAL_HEAD_BYTES = 512;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int SWITCHING_PROTOCOLS = 101;

    private final @Nullable String absolute;
    /** From behind the request's target to the end of the Host field. */
    private final byte[] versionAndHost;

    private final byte[] agent;
    private final byte[] proxyAuthorization;

    private volatile boolean reusable = true;

    // event loop only
    private @Nullable Stream current;

    VertxHttp1Connection(VertxConnectionAttempt attempt, Channel channel, HttpTransportSettings settings) {
        super(attempt, channel, 1, settings);
        ProxySettings proxy = attempt.httpProxy();
        this.absolute = proxy == null ? null : "http://" + route.authority;
        this.versionAndHost = ascii(" HTTP/1.1\r\nHost: " + route.authority + "\r\n");
        this.agent = ascii("User-Agent: " + settings.userAgent() + "\r\n");
        this.proxyAuthorization = ascii(
                proxy == null
                        ? ""
                        : proxy.credentials()
                                .map(given -> "Proxy-Authorization: " + given.basic() + "\r\n")
                                .orElse(""));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void open() {
        handle(new Decoder(), new Answers());
    }

    @Override
    boolean isHttp2() {
        return false;
    }

    @Override
    boolean isOpen() {
        return reusable && super.isOpen();
    }

    @Override
    List<WireStream> streamsAbove(int lastStreamId) {
        return List.of();
    }

    @Override
    VertxStream newStream(ClientExchange exchange) {
        return new Stream(exchange);
    }

    private ByteBuf encode(HttpRequest request, int room) {
        ByteBuf out = channel.alloc().directBuffer(USUAL_HEAD_BYTES + room);
        ByteBufUtil.writeAscii(out, request.method());
        out.writeByte(' ');
        if (absolute != null) {
            ByteBufUtil.writeAscii(out, absolute);
        }
        ByteBufUtil.writeAscii(out, request.target());
        out.writeBytes(versionAndHost);
        boolean hasAgent = false;
        List<HttpField> fields = request.headers();
        for (int i = 0; i < fields.size(); i++) {
            HttpField field = fields.get(i);
            field(out, field.name(), field.value());
            hasAgent |= field.name().equalsIgnoreCase("user-agent");
        }
        if (!hasAgent) {
            out.writeBytes(agent);
        }
        if (request.saysLength()) {
            field(out, "Content-Length", Integer.toString(request.body().length));
        }
        out.writeBytes(proxyAuthorization);
        return end(out);
    }

    private static void field(ByteBuf out, String name, String value) {
        ByteBufUtil.writeAscii(out, name);
        ByteBufUtil.writeShortBE(out, (':' << 8) + ' ');
        ByteBufUtil.writeAscii(out, value);
        end(out);
    }

    private static ByteBuf end(ByteBuf out) {
        return ByteBufUtil.writeShortBE(out, ('\r' << 8) + '\n');
    }

    /** Knows which answers have no body whatever their head says. */
    private final class Decoder extends HttpResponseDecoder {
        Decoder() {
            super(new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_HEADER_LIST_BYTES)
                    .setMaxHeaderSize(MAX_HEADER_LIST_BYTES)
                    .setMaxChunkSize(PIECE_BYTES)
                    .setValidateHeaders(false));
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            Stream stream = current;
            return stream != null && stream.exchange.request.method().equals("HEAD")
                    || super.isContentAlwaysEmpty(message);
        }
    }

    /** Gives what is read to the stream that waits for it. */
    private final class Answers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                Stream stream = current;
                if (stream == null) {
                    pool.discard(VertxHttp1Connection.this); // nothing was asked
                    closeNow();
                } else if (!stream.isOver()) {
                    stream.read((HttpObject) message);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            Stream stream = current;
            if (stream != null && !stream.isOver() && channel.isWritable()) {
                stream.writeBody();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            pool.discard(VertxHttp1Connection.this);
            Stream stream = current;
            if (stream != null) {
                stream.failed(false, Kind.CONNECTION_LOST, "closed before the end of the answer", null);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Stream stream = current;
            if (stream != null) {
                stream.failed(cause);
            }
            pool.discard(VertxHttp1Connection.this);
            closeNow();
        }
    }

    private final class Stream extends VertxStream {
        private int written;
        private boolean informational;
        private boolean keepAlive;
        private int keepAliveSeconds;

        Stream(ClientExchange exchange) {
            super(exchange);
        }

        @Override
        public PooledConnection connection() {
            return VertxHttp1Connection.this;
        }

        @Override
        public int streamId() {
            return 0;
        }

        @Override
        public void run() {
            if (isOver()) {
                return; // and its end has closed the connection
            }
            if (!channel.isActive()) {
                loop.execute(() -> unsent(null)); // not before send has returned
                return;
            }
            started = true;
            current = this;
            byte[] body = exchange.request.body();
            if (body.length <= PIECE_BYTES) {
                written = body.length;
                channel.writeAndFlush(encode(exchange.request, body.length).writeBytes(body));
            } else {
                channel.write(encode(exchange.request, 0));
                writeBody();
            }
        }

        /** Writes as much as the socket takes now; the rest follows when it takes more. */
        void writeBody() {
            byte[] body = exchange.request.body();
            while (written < body.length && channel.isWritable()) {
                int size = Math.min(PIECE_BYTES, body.length - written);
                int from = written;
                written += size;
                channel.writeAndFlush(Unpooled.wrappedBuffer(body, from, size));
            }
        }

        void read(HttpObject message) {
            if (message.decoderResult().isFailure()) {
                // Its message may quote the answer, so neither message nor cause is passed on.
                failed(
                        false,
                        Kind.PROTOCOL,
                        message.decoderResult().cause().getClass().getSimpleName(),
                        null);
                return;
            }
            if (message instanceof HttpResponse response) {
                head(response);
            }
            if (message instanceof HttpContent content && !isOver()) {
                if (content.content().isReadable()) {
                    data(content.content());
                    hold();
                }
                if (message instanceof LastHttpContent) {
                    end();
                }
            }
        }

        private void head(HttpResponse response) {
            int status = response.status().code();
            informational = status < 200;
            if (status == SWITCHING_PROTOCOLS) {
                failed(false, Kind.PROTOCOL, "another protocol that was not asked for", null);
            } else if (informational) {
                exchange.touch();
            } else if (response.headers().size() > MAX_HEADERS) {
                failed(false, Kind.PROTOCOL, "more than " + MAX_HEADERS + " header fields", null);
            } else {
                keepAlive = HttpUtil.isKeepAlive(response);
                keepAliveSeconds = keepAliveSeconds(response.headers().get("keep-alive"));
                exchange.head(this, status, VertxHeaders.of(response.headers()));
            }
        }

        private void end() {
            if (informational) {
                informational = false; // the answer itself follows
                return;
            }
            if (!finish()) {
                return;
            }
            current = null;
            if (written < exchange.request.body().length) {
                abandon(); // answered before the request was read: what is left of it is not sent
            } else {
                if (!keepAlive) {
                    reusable = false;
                }
                if (!channel.config().isAutoRead()) {
                    channel.config().setAutoRead(true);
                }
                pool.release(VertxHttp1Connection.this, this, keepAliveSeconds);
            }
            exchange.end(this);
        }

        /** Stops reading if the exchange is paused, so that TCP holds the server back. */
        private void hold() {
            if (exchange.isPaused() && !isOver()) {
                channel.config().setAutoRead(false);
                grant(); // if it was resumed meanwhile
            }
        }

        @Override
        public void grant() {
            if (!exchange.isPaused() && !isOver() && !channel.config().isAutoRead()) {
                channel.config().setAutoRead(true);
            }
        }

        @Override
        void abandon() {
            pool.discard(VertxHttp1Connection.this);
            closeNow();
        }

        @Override
        void giveBack() {
            if (channel.isActive()) {
                pool.release(VertxHttp1Connection.this, this, 0);
            } else {
                pool.discard(VertxHttp1Connection.this);
            }
        }
    }
}
