package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.RequestNotExecutedException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.nio.AsyncClientExchangeHandler;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http2.H2ConnectionException;
import org.apache.hc.core5.http2.H2CorruptFrameException;
import org.apache.hc.core5.http2.H2Error;
import org.apache.hc.core5.http2.H2StreamResetException;
import org.jspecify.annotations.Nullable;

/**
 * One writing of an exchange to one connection. Called by the connection's I/O thread, but for {@link #abort} and
 * {@link #grant}, which may come from any thread.
 */
final class ApacheStream implements WireStream, AsyncClientExchangeHandler {
    private static final AtomicIntegerFieldUpdater<ApacheStream> OVER =
            AtomicIntegerFieldUpdater.newUpdater(ApacheStream.class, "over");

    private final ApacheConnection connection;
    private final ClientExchange exchange;
    private final ByteBuffer body;

    private volatile int over;
    private volatile boolean started;
    private volatile boolean refused;
    private volatile @Nullable Cancellable resetter;
    private boolean requestComplete;
    private @Nullable DataStreamChannel output;
    private @Nullable HttpResponse response;
    private int streamId;

    private @Nullable CapacityChannel low; // guarded by this, as is the next
    private int owed;

    ApacheStream(ClientExchange exchange, ApacheConnection connection) {
        this.exchange = exchange;
        this.connection = connection;
        this.body = ByteBuffer.wrap(exchange.request.body());
    }

    @Override
    public PooledConnection connection() {
        return connection;
    }

    @Override
    public boolean isStarted() {
        return started;
    }

    // The request

    @Override
    public void produceRequest(RequestChannel channel, HttpContext context) throws HttpException, IOException {
        if (over != 0) {
            throw new ProtocolException("the exchange ended or moved on before its request was written");
        }
        started = true;
        boolean bodiless = !body.hasRemaining();
        if (connection.isHttp2()) {
            // See ApacheStreamFrames: the stream stays open on HttpCore's side, also without a body.
            requestComplete = bodiless;
            connection.sending(this, bodiless);
            channel.sendRequest(
                    connection.message(exchange.request), new BasicEntityDetails(body.remaining(), null), context);
            connection.sent();
        } else {
            requestComplete = bodiless;
            channel.sendRequest(
                    connection.message(exchange.request),
                    bodiless ? null : new BasicEntityDetails(body.remaining(), null),
                    context);
        }
    }

    @Override
    public int available() {
        return body.remaining();
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
        output = channel;
        if (requestComplete) {
            return;
        }
        channel.write(body);
        if (!body.hasRemaining()) {
            requestComplete = true;
            if (!connection.isHttp2()) {
                channel.endStream();
            }
        }
    }

    void streamId(int id) {
        streamId = id;
    }

    @Override
    public int streamId() {
        return streamId;
    }

    // The answer

    @Override
    public void consumeInformation(HttpResponse information, HttpContext context) {
        exchange.touch();
    }

    @Override
    public void consumeResponse(HttpResponse head, @Nullable EntityDetails entity, HttpContext context)
            throws IOException {
        response = head;
        exchange.head(this, head.getCode(), new ApacheHeaders(head));
        if (entity == null) {
            complete();
        }
    }

    /**
     * The window has run low. HttpCore calls this for HTTP/1.1 after it has delivered the data, for HTTP/2 before; a single
     * frame may fill the whole window, so there the grant has to wait until the frame is consumed.
     */
    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
        synchronized (this) {
            low = channel;
        }
        if (!connection.isHttp2()) {
            if (exchange.isPaused()) {
                connection.hold(this);
            } else {
                grant();
            }
        }
    }

    /** Whether nothing more of the answer is to be read for now. */
    boolean isHeld() {
        synchronized (this) {
            return low != null && exchange.isPaused();
        }
    }

    @Override
    public void consume(ByteBuffer src) {
        int size = src.remaining();
        boolean isLow;
        synchronized (this) {
            owed += size;
            isLow = low != null;
        }
        if (size > 0) {
            exchange.data(this, src);
            src.position(src.limit());
        }
        if (isLow && !exchange.isPaused()) {
            grant();
        }
    }

    /** Lets the server send again what has been consumed since the last grant, if the window has run low. */
    @Override
    public void grant() {
        CapacityChannel channel;
        int increment;
        synchronized (this) {
            channel = low;
            increment = owed;
            if (channel == null || increment == 0) {
                return;
            }
            low = null;
            owed = 0;
        }
        try {
            channel.update(increment);
        } catch (IOException e) {
            failed(e);
        }
    }

    @Override
    public void streamEnd(@Nullable List<? extends Header> trailers) throws IOException {
        complete();
    }

    private void complete() throws IOException {
        if (!OVER.compareAndSet(this, 0, 1)) {
            return;
        }
        if (requestComplete && connection.isHttp2() && output != null) {
            output.endStream();
        }
        if (requestComplete) {
            connection.release(this, response);
        } else {
            connection.abandon(this); // answered before the request was read: what is left of it is not sent
        }
        exchange.end(this);
    }

    // The end

    @Override
    public void abort() {
        if (OVER.compareAndSet(this, 0, 1)) {
            connection.abandon(this);
        }
    }

    /** Gives the connection back without having used it. */
    void withdraw() {
        if (OVER.compareAndSet(this, 0, 1)) {
            connection.release(this, null);
        }
    }

    @Override
    public void refused() {
        refused = true;
        failed(new RequestNotExecutedException());
    }

    void reset() {
        Cancellable cancel = resetter;
        if (cancel != null) {
            cancel.cancel();
        }
    }

    /** How HttpCore hands over the means to reset an HTTP/2 stream. */
    CancellableDependency dependency() {
        return new CancellableDependency() {
            @Override
            public void setDependency(Cancellable cancellable) {
                resetter = cancellable;
                if (over != 0) {
                    cancellable.cancel();
                }
            }

            @Override
            public boolean isCancelled() {
                return over != 0;
            }

            @Override
            public boolean cancel() {
                abort();
                return true;
            }
        };
    }

    @Override
    public void cancel() {
        abort();
    }

    @Override
    public void failed(Exception cause) {
        if (!OVER.compareAndSet(this, 0, 1)) {
            return;
        }
        connection.abandon(this);
        boolean unprocessed = refused || !started || cause instanceof RequestNotExecutedException;
        if (cause instanceof H2StreamResetException reset && reset.getCode() == H2Error.REFUSED_STREAM.getCode()) {
            unprocessed = true;
        }
        if (isProtocol(cause)) {
            // Its message may quote the answer, so neither message nor cause is passed on.
            exchange.broke(this, unprocessed, Kind.PROTOCOL, cause.getClass().getSimpleName(), null);
        } else if (cause instanceof SSLException) {
            exchange.broke(this, unprocessed, Kind.TLS, "in an open connection", cause);
        } else if (cause instanceof H2StreamResetException reset) {
            exchange.broke(this, unprocessed, Kind.CONNECTION_LOST, "stream reset with code " + reset.getCode(), null);
        } else {
            exchange.broke(
                    this, unprocessed, Kind.CONNECTION_LOST, cause.getClass().getSimpleName(), cause);
        }
    }

    private static boolean isProtocol(Exception cause) {
        return cause instanceof HttpException
                || cause instanceof H2ConnectionException
                || cause instanceof H2CorruptFrameException
                || cause instanceof MessageConstraintException
                || cause instanceof MalformedChunkCodingException && !(cause instanceof TruncatedChunkException);
    }

    @Override
    public void releaseResources() {
        if (over == 0) {
            failed(new RequestNotExecutedException());
        }
    }
}
