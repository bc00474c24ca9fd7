package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import io.github.camelllm.wire.WireHeaders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One exchange as its caller sees it, over one or more {@linkplain WireStream attempts} to write it.
 *
 * <p>The I/O thread, the timer and any cancelling thread may end it; the first reason set wins. Callbacks are kept apart by
 * {@link #callback}: who finds another one running leaves the failure to be told by it.
 */
final class ClientExchange implements HttpExchange {
    private static final Logger LOG = LoggerFactory.getLogger(ClientExchange.class);
    private static final int MAX_ATTEMPTS = 4;

    private static final AtomicIntegerFieldUpdater<ClientExchange> CALLBACK =
            AtomicIntegerFieldUpdater.newUpdater(ClientExchange.class, "callback");
    private static final AtomicReferenceFieldUpdater<ClientExchange, TransportException> FAILURE =
            AtomicReferenceFieldUpdater.newUpdater(ClientExchange.class, TransportException.class, "failure");

    private enum Phase {
        WAITING,
        SENT,
        BODY
    }

    final HttpRequest request;
    final Origin origin;
    private final HttpHandler handler;
    private final Exchanges exchanges;
    private final @Nullable Executor home;
    private final long started;
    private final long connectNanos;
    private final long firstByteNanos;
    private final long idleNanos;
    private final long totalNanos;

    @SuppressWarnings("UnusedVariable") // read through CALLBACK
    private volatile int callback;

    private volatile @Nullable TransportException failure;
    private volatile boolean ended;
    private volatile @Nullable WireStream stream;
    private volatile Phase phase = Phase.WAITING;
    private volatile long since;
    private volatile boolean paused;
    private long received;
    private int attempts;
    private long lastFull; // timer only

    /** @param home the event loop it is to run on; null for any */
    ClientExchange(Exchanges exchanges, HttpRequest request, HttpHandler handler, long now, @Nullable Executor home) {
        this.exchanges = exchanges;
        this.home = home;
        this.request = request;
        this.handler = handler;
        this.origin = Origin.of(request.uri());
        this.started = now;
        this.since = now;
        this.lastFull = now;
        HttpTimeouts timeouts = request.timeouts();
        this.connectNanos = nanos(timeouts.connect());
        this.firstByteNanos = nanos(timeouts.firstByte());
        this.idleNanos = nanos(timeouts.idle());
        this.totalNanos = nanos(timeouts.total());
    }

    private static long nanos(Duration limit) {
        if (limit.isZero()) {
            return Long.MAX_VALUE;
        }
        return limit.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : limit.toNanos();
    }

    /** Nanoseconds, Long.MAX_VALUE for no limit. */
    long connectNanos() {
        return connectNanos;
    }

    @Nullable
    Executor home() {
        return home;
    }

    boolean isOver() {
        return ended || failure != null;
    }

    boolean isPaused() {
        return paused;
    }

    @Override
    public void cancel() {
        if (!isOver()) {
            fail(Kind.CANCELLED, "by the caller", null);
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        since = System.nanoTime();
        paused = false;
        WireStream current = stream;
        if (current != null) {
            current.grant();
        }
    }

    /** Takes a connection; false if the exchange is over already and must not be sent. */
    boolean attach(WireStream attempt) {
        since = System.nanoTime();
        phase = Phase.SENT;
        stream = attempt;
        return failure == null;
    }

    // From the I/O thread of the attempt's connection

    void touch() {
        since = System.nanoTime();
    }

    void head(WireStream from, int status, WireHeaders headers) {
        if (from != stream) {
            return;
        }
        touch();
        phase = Phase.BODY;
        Optional<String> coding = headers.first("content-encoding");
        if (coding.isPresent() && !coding.get().equalsIgnoreCase("identity") && !asksForCoding()) {
            fail(Kind.PROTOCOL, "the answer has a content coding that was not asked for", null);
            return;
        }
        if (enter()) {
            try {
                handler.onHead(status, headers);
            } catch (Throwable e) { // an Error too: it would end the thread that serves all
                fail(Kind.HANDLER_FAILED, "in onHead", e);
            } finally {
                leave();
            }
        }
    }

    void data(WireStream from, ByteBuffer bytes) {
        if (from != stream) {
            return;
        }
        touch();
        received += bytes.remaining();
        if (received > request.maxBodyBytes()) {
            fail(Kind.BODY_TOO_LARGE, "above " + request.maxBodyBytes() + " bytes", null);
            return;
        }
        if (enter()) {
            try {
                handler.onData(bytes);
            } catch (Throwable e) {
                fail(Kind.HANDLER_FAILED, "in onData", e);
            } finally {
                leave();
            }
        }
    }

    void end(WireStream from) {
        if (from == stream && enter()) {
            try {
                ended = true;
                exchanges.forget(this);
                handler.onEnd();
            } catch (Throwable e) {
                LOG.error("handler of an exchange with {} failed in onEnd", origin, e);
            } finally {
                leave();
            }
        }
    }

    /** The attempt broke. It is made again if the server has certainly not processed it. */
    void broke(WireStream from, boolean unprocessed, Kind kind, String detail, @Nullable Exception cause) {
        if (from != stream || isOver()) {
            return;
        }
        if (unprocessed && phase == Phase.SENT && ++attempts < MAX_ATTEMPTS) {
            stream = null;
            since = System.nanoTime();
            phase = Phase.WAITING;
            exchanges.submit(this);
            return;
        }
        fail(kind, detail, cause, !unprocessed);
    }

    // From any thread

    void fail(Kind kind, String detail, @Nullable Throwable cause) {
        WireStream current = stream;
        fail(kind, detail, cause, current != null && current.isStarted());
    }

    private void fail(Kind kind, String detail, @Nullable Throwable cause, boolean requestSent) {
        TransportException reason =
                new TransportException(kind, origin.toString(), phase == Phase.BODY, requestSent, detail, cause);
        if (!FAILURE.compareAndSet(this, null, reason)) {
            return;
        }
        WireStream current = stream;
        if (current != null) {
            current.abort();
        } else {
            exchanges.withdraw(this);
        }
        tellFailure();
    }

    /** Ends it if one of its timeouts has passed. */
    void check(long now, boolean full, long acquireNanos) {
        if (isOver()) {
            return;
        }
        if (now - started >= totalNanos) {
            expire(Kind.TOTAL_TIMEOUT, "after " + request.timeouts().total());
            return;
        }
        long passed = now - since;
        switch (phase) {
            case WAITING -> {
                if (full) {
                    lastFull = now;
                }
                if (full && passed >= acquireNanos) {
                    expire(Kind.POOL_EXHAUSTED, "no connection became free");
                } else if (!full && Math.min(passed, now - lastFull) >= connectNanos) {
                    expire(Kind.CONNECT_TIMEOUT, "after " + request.timeouts().connect());
                }
            }
            case SENT -> {
                if (passed >= firstByteNanos) {
                    expire(
                            Kind.FIRST_BYTE_TIMEOUT,
                            "after " + request.timeouts().firstByte());
                }
            }
            case BODY -> {
                if (!paused && passed >= idleNanos) {
                    expire(Kind.IDLE_TIMEOUT, "after " + request.timeouts().idle());
                }
            }
        }
    }

    private void expire(Kind kind, String detail) {
        WireStream current = stream;
        Executor loop = current == null ? home : current.connection().home;
        Exchanges.run(loop == null ? Runnable::run : loop, () -> fail(kind, detail, null));
    }

    boolean isWaiting() {
        return phase == Phase.WAITING;
    }

    private boolean enter() {
        if (isOver() || !CALLBACK.compareAndSet(this, 0, 1)) {
            return false;
        }
        if (isOver()) {
            leave(); // it ended between the two
            return false;
        }
        return true;
    }

    private void leave() {
        callback = 0;
        if (failure != null && !ended) {
            tellFailure();
        }
    }

    private void tellFailure() {
        TransportException reason = failure;
        if (reason == null || !CALLBACK.compareAndSet(this, 0, 1)) {
            return; // the callback that is running tells it when it leaves
        }
        try {
            if (!ended) {
                ended = true;
                exchanges.forget(this);
                handler.onFailure(reason);
            }
        } catch (Throwable e) {
            LOG.error("handler of an exchange with {} failed in onFailure", origin, e);
        } finally {
            callback = 0;
        }
    }

    private boolean asksForCoding() {
        return request.headers().stream().anyMatch(field -> field.name().equalsIgnoreCase("accept-encoding"));
    }

    @Override
    public String toString() {
        return request.method() + " " + origin + " " + phase;
    }
}
