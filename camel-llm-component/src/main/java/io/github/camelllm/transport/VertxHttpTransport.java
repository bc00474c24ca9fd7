package io.github.camelllm.transport;

import io.github.camelllm.wire.WireHeaders;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link HttpTransport} on the event loops of Vert.x, with Netty's protocol codecs. Vert.x's own HTTP client is not used.
 * Needs {@code io.vertx:vertx-core} 4 on the class path.
 *
 * <p>Whoever calls {@link #send} on an event loop stays on it: the exchange takes a connection of that loop, and the
 * handler is called by it, in the Vert.x context of the call. Only where no more connections may be opened and that loop
 * has none free, one of another loop is taken, whose thread then calls the handler. Calls from other threads take any
 * connection.
 *
 * <p>It keeps the same contract as {@link ApacheHttpTransport}. What differs:
 *
 * <ul>
 *   <li>{@link HttpTransportSettings#threadFactory()} is refused: Vert.x makes its threads itself. With a Vert.x that is
 *       given, {@link HttpTransportSettings#ioThreads()} does not count.
 *   <li>Names are looked up as Vert.x does, by default with a DNS client of its own and not by the operating system;
 *       {@code -Dvertx.disableDnsResolver=true} and {@code VertxOptions} change that.
 *   <li>A paused HTTP/1.1 exchange may still be given what one read has brought, 64 KiB at most, whatever
 *       {@link HttpTransportSettings#windowBytes()} is. For HTTP/2 that is the window.
 *   <li>The bytes given to {@link HttpHandler#onData} are those of the network buffer, mostly outside of the heap, so
 *       {@link ByteBuffer#hasArray()} is false.
 *   <li>Timeouts are told by the event loop, not by the timer: a loop that is blocked tells them late.
 * </ul>
 */
public final class VertxHttpTransport implements HttpTransport {
    private static final Logger LOG = LoggerFactory.getLogger(VertxHttpTransport.class);
    private static final long SHUTDOWN_SECONDS = 5;

    private final Vertx vertx;
    private final boolean isOwned;
    private final List<EventLoop> loops = new ArrayList<>();
    private final ConnectionPool pool;
    private final Exchanges exchanges;

    /** On a Vert.x of its own, with {@link HttpTransportSettings#ioThreads()} event loops. */
    public VertxHttpTransport(HttpTransportSettings settings) {
        this(withoutThreads(settings), newVertx(settings), true);
    }

    /** On a Vert.x that others use too. It is not closed with the transport, and must be closed after it. */
    public VertxHttpTransport(HttpTransportSettings settings, Vertx vertx) {
        this(withoutThreads(settings), vertx, false);
    }

    private VertxHttpTransport(HttpTransportSettings settings, Vertx vertx, boolean isOwned) {
        this.vertx = vertx;
        this.isOwned = isOwned;
        VertxInternal inside = (VertxInternal) vertx;
        for (EventExecutor loop : inside.getEventLoopGroup()) {
            loops.add((EventLoop) loop);
        }
        VertxConnectionFactory factory = new VertxConnectionFactory(settings, inside);
        this.pool = new ConnectionPool(
                settings, (route, connectNanos, home) -> attempt(factory, route, connectNanos, home));
        this.exchanges = new Exchanges(settings, new Exchanges.DaemonThreads(), pool);
    }

    /**
     * On the Vert.x that a registry holds, or on one of its own. For callers that must not depend on Vert.x themselves.
     *
     * @param beanByType the only bean of a type; null if there is none or more than one
     * @throws NoClassDefFoundError if Vert.x is not on the class path
     */
    public static VertxHttpTransport of(
            HttpTransportSettings settings, Function<Class<?>, @Nullable Object> beanByType) {
        Vertx found = (Vertx) beanByType.apply(Vertx.class);
        return found == null ? new VertxHttpTransport(settings) : new VertxHttpTransport(settings, found);
    }

    private static HttpTransportSettings withoutThreads(HttpTransportSettings settings) {
        if (settings.threadFactory().isPresent()) {
            throw new IllegalArgumentException("threadFactory cannot be used: Vert.x makes its threads itself");
        }
        return settings;
    }

    private static Vertx newVertx(HttpTransportSettings settings) {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(settings.ioThreads())
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true));
    }

    private ConnectionAttempt attempt(
            VertxConnectionFactory factory, ConnectionPool.Route route, long connectNanos, @Nullable Executor home) {
        return factory.attempt(pool, route, connectNanos, (EventLoop) home);
    }

    @Override
    public HttpExchange send(HttpRequest request, HttpHandler handler) {
        EventLoop loop = callersLoop();
        ContextInternal context = loop == null ? null : ContextInternal.current();
        HttpHandler told = context != null && context.nettyEventLoop() == loop
                ? new ContextHandler(context, loop, handler)
                : handler;
        return exchanges.send(request, told, loop);
    }

    private @Nullable EventLoop callersLoop() {
        if (Thread.currentThread() instanceof FastThreadLocalThread) {
            for (int i = 0; i < loops.size(); i++) {
                EventLoop loop = loops.get(i);
                if (loop.inEventLoop()) {
                    return loop;
                }
            }
        }
        return null;
    }

    @Override
    public TransportStats stats() {
        return exchanges.stats();
    }

    @Override
    public void close() {
        exchanges.close(() -> {
            if (!isOwned) {
                return;
            }
            try {
                vertx.close().toCompletionStage().toCompletableFuture().get(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("Event loops did not end within {} seconds", SHUTDOWN_SECONDS, e);
            }
        });
    }

    /** Calls a handler as Vert.x would: {@code Vertx.currentContext()} is that of the caller. */
    private record ContextHandler(ContextInternal context, EventLoop loop, HttpHandler handler) implements HttpHandler {
        @Override
        public void onStart(HttpExchange exchange) {
            handler.onStart(exchange);
        }

        @Override
        public void onHead(int status, WireHeaders headers) {
            ContextInternal before = enter();
            try {
                handler.onHead(status, headers);
            } finally {
                leave(before);
            }
        }

        @Override
        public void onData(ByteBuffer bytes) {
            ContextInternal before = enter();
            try {
                handler.onData(bytes);
            } finally {
                leave(before);
            }
        }

        @Override
        public void onEnd() {
            ContextInternal before = enter();
            try {
                handler.onEnd();
            } finally {
                leave(before);
            }
        }

        @Override
        public void onFailure(TransportException failure) {
            ContextInternal before = enter();
            try {
                handler.onFailure(failure);
            } finally {
                leave(before);
            }
        }

        /** On another loop, or in a thread that cancels, the context does not belong. */
        private @Nullable ContextInternal enter() {
            return loop.inEventLoop() ? context.beginDispatch() : null;
        }

        private void leave(@Nullable ContextInternal before) {
            if (loop.inEventLoop()) {
                context.endDispatch(before);
            }
        }
    }
}
