package io.github.camelllm.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that an event loop serves. */
abstract class VertxConnection extends PooledConnection {
    private static final Logger LOG = LoggerFactory.getLogger(VertxConnection.class);
    static final int MAX_HEADER_LIST_BYTES = 64 * 1024;
    static final int MAX_HEADERS = 256;

    final EventLoop loop;
    final Channel channel;

    VertxConnection(VertxConnectionAttempt attempt, Channel channel, int limit, HttpTransportSettings settings) {
        super(attempt.pool, attempt.route, attempt.loop, limit, settings);
        this.loop = attempt.loop;
        this.channel = channel;
    }

    abstract VertxStream newStream(ClientExchange exchange);

    /** Has the channel serve HTTP in place of the attempt that made it. */
    final void handle(ChannelHandler... handlers) {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.removeLast();
        pipeline.addLast(handlers);
        TurnFlush.add(channel);
    }

    @Override
    final void start(ClientExchange exchange) {
        VertxStream stream = newStream(exchange);
        if (!exchange.attach(stream)) {
            stream.withdraw();
        } else if (loop.inEventLoop()) {
            stream.run();
        } else {
            try {
                loop.execute(stream);
            } catch (RejectedExecutionException e) {
                stream.unsent(e);
            }
        }
    }

    @Override
    boolean isOpen() {
        return channel.isActive();
    }

    @Override
    final void closeIdle() {
        channel.close();
    }

    @Override
    final void closeNow() {
        reset(channel);
    }

    /** Closes without handshakes of TLS or HTTP/2, so that the other side sees a reset. From any thread. */
    static void reset(Channel channel) {
        if (!channel.isRegistered()) {
            return; // never opened, say for want of file descriptors, or closed long since
        }
        if (!channel.eventLoop().inEventLoop()) {
            Exchanges.run(channel.eventLoop(), () -> resetNow(channel));
        } else {
            resetNow(channel);
        }
    }

    private static void resetNow(Channel channel) {
        if (channel.isActive()) {
            try {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            } catch (ChannelException e) {
                LOG.debug("The socket was closed already", e);
            }
        }
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close(); // past all handlers
        }
    }

    @Override
    public String toString() {
        return channel.id().asShortText() + " to " + route.origin;
    }
}
