package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The exchanges of one transport from their start to their end, with the pool, the timeouts and the closing. */
final class Exchanges {
    private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);
    private static final Duration TICK = Duration.ofMillis(50);

    /** Ends what carries the connections. */
    interface Shutdown {
        void run() throws InterruptedException;
    }

    private final HttpTransportSettings settings;
    private final long acquireNanos;
    private final ConnectionPool pool;
    private final ScheduledThreadPoolExecutor timer;
    private final ScheduledFuture<?> ticking;
    private final Set<ClientExchange> inFlight = ConcurrentHashMap.newKeySet();
    private final Object idle = new Object();
    private volatile boolean closed;

    Exchanges(HttpTransportSettings settings, ThreadFactory threads, ConnectionPool pool) {
        this.settings = settings;
        this.acquireNanos = settings.acquireTimeout().toNanos();
        this.pool = pool;
        this.timer = new ScheduledThreadPoolExecutor(1, threads);
        this.ticking =
                timer.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @param home the event loop that the exchange is to run on; null for any */
    HttpExchange send(HttpRequest request, HttpHandler handler, @Nullable Executor home) {
        ClientExchange exchange = new ClientExchange(this, request, handler, System.nanoTime(), home);
        handler.onStart(exchange);
        if (!exchange.isOver()) {
            inFlight.add(exchange);
            submit(exchange);
        }
        return exchange;
    }

    TransportStats stats() {
        return pool.stats(inFlight.size());
    }

    void submit(ClientExchange exchange) {
        ConnectionPool.Refusal refusal = pool.submit(exchange);
        if (refusal != null) {
            // Later, so that a caller of send is not called back before it has the exchange.
            run(
                    exchange.home() == null ? timer : exchange.home(),
                    () -> exchange.fail(refusal.kind, refusal.detail, null));
        }
    }

    /** Lets an executor do it; if that has been shut down, the calling thread. */
    static void run(Executor executor, Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("The transport is closed: the failure is told by the calling thread", e);
            work.run();
        }
    }

    void withdraw(ClientExchange exchange) {
        pool.withdraw(exchange);
    }

    void forget(ClientExchange exchange) {
        inFlight.remove(exchange);
        if (closed && inFlight.isEmpty()) {
            synchronized (idle) {
                idle.notifyAll();
            }
        }
    }

    private void tick() {
        try {
            long now = System.nanoTime();
            for (ClientExchange exchange : inFlight) {
                exchange.check(now, exchange.isWaiting() && pool.isFull(exchange.origin), acquireNanos);
            }
            pool.tidy(now);
        } catch (Throwable e) { // an Error too: the timer would never run again
            LOG.error("Timeouts of HTTP exchanges could not be checked; this is tried again", e);
        }
    }

    /** Ends everything, as {@link HttpTransport#close()} says. Does nothing when called again. */
    void close(Shutdown shutdown) {
        if (closed) {
            return;
        }
        closed = true;
        pool.refuse();
        boolean interrupted = awaitExchanges();
        for (ClientExchange exchange : inFlight) {
            exchange.fail(Kind.CANCELLED, "the transport was closed", null);
        }
        pool.close();
        ticking.cancel(false);
        timer.shutdown();
        try {
            shutdown.run();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        timer.shutdownNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether it was interrupted. */
    private boolean awaitExchanges() {
        long deadline = System.nanoTime() + settings.closeGrace().toNanos();
        synchronized (idle) {
            while (!inFlight.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                try {
                    idle.wait(left);
                } catch (InterruptedException e) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Makes daemon threads named {@code camel-llm-http-N}. */
    static final class DaemonThreads implements ThreadFactory {
        private static final AtomicInteger NUMBER = new AtomicInteger();

        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, "camel-llm-http-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
