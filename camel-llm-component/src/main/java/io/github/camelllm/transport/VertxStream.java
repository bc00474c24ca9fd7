package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One writing of an exchange to a connection of an event loop. {@link #run} writes the request. Called by the event loop,
 * but for what {@link WireStream} permits to any thread.
 */
abstract class VertxStream implements WireStream, Runnable {
    private static final AtomicIntegerFieldUpdater<VertxStream> OVER =
            AtomicIntegerFieldUpdater.newUpdater(VertxStream.class, "over");

    final ClientExchange exchange;
    private volatile int over;
    volatile boolean started;

    VertxStream(ClientExchange exchange) {
        this.exchange = exchange;
    }

    /** Takes it off the connection, which it leaves in the middle of something. From any thread. */
    abstract void abandon();

    /** Gives the connection back without having used it. */
    abstract void giveBack();

    @Override
    public final boolean isStarted() {
        return started;
    }

    final boolean isOver() {
        return over != 0;
    }

    /** Marks it as over; false if it was already. */
    final boolean finish() {
        return OVER.compareAndSet(this, 0, 1);
    }

    @Override
    public final void abort() {
        if (finish()) {
            abandon();
        }
    }

    /** The exchange was over before this began. */
    final void withdraw() {
        finish();
        giveBack();
    }

    @Override
    public final void refused() {
        if (finish()) {
            exchange.broke(this, true, Kind.CONNECTION_LOST, "the server takes no more requests", null);
        }
    }

    /** The connection was gone before anything of the request could be written. */
    final void unsent(@Nullable Exception cause) {
        boolean first = finish();
        giveBack();
        if (first) {
            exchange.broke(this, true, Kind.CONNECTION_LOST, "closed before the request was sent", cause);
        }
    }

    final void failed(boolean unprocessed, Kind kind, String detail, @Nullable Exception cause) {
        if (finish()) {
            abandon();
            exchange.broke(this, unprocessed, kind, detail, cause);
        }
    }

    final void failed(Throwable cause) {
        Throwable inner = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        String name = inner.getClass().getSimpleName();
        if (inner instanceof SSLException tls) {
            failed(!started, Kind.TLS, "in an open connection", tls);
        } else if (inner instanceof IOException lost) {
            failed(!started, Kind.CONNECTION_LOST, name, lost);
        } else if (inner instanceof DecoderException || inner instanceof Http2Exception) {
            // Its message may quote the answer, so neither message nor cause is passed on.
            failed(!started, Kind.PROTOCOL, name, null);
        } else {
            failed(!started, Kind.CONNECTION_LOST, name, inner instanceof Exception e ? e : null);
        }
    }

    /** Hands over a piece of the body where it lies. */
    final void data(ByteBuf bytes) {
        if (bytes.nioBufferCount() == 1) {
            exchange.data(this, bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes()));
        } else {
            for (ByteBuffer part : bytes.nioBuffers()) {
                if (part.hasRemaining()) {
                    exchange.data(this, part);
                }
            }
        }
    }
}
