package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.DefaultConnectingIOReactor;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link HttpTransport} on Apache HttpCore 5's I/O reactor and protocol engines and HttpClient 5's TLS. HttpClient's
 * execution chain (redirects, cookies, authentication, retries) and its connection pool are not used.
 */
public final class ApacheHttpTransport implements HttpTransport {
    private static final Logger LOG = LoggerFactory.getLogger(ApacheHttpTransport.class);
    private static final Duration TICK = Duration.ofMillis(50);
    private static final int RESOLVER_THREADS = 4;

    private final HttpTransportSettings settings;
    private final long acquireNanos;
    private final DefaultConnectingIOReactor reactor;
    private final ThreadPoolExecutor resolver;
    private final ScheduledThreadPoolExecutor timer;
    private final ScheduledFuture<?> ticking;
    private final ConnectionPool pool;
    private final Set<ClientExchange> inFlight = ConcurrentHashMap.newKeySet();
    private final Object idle = new Object();
    private volatile boolean closed;

    public ApacheHttpTransport(HttpTransportSettings settings) {
        this.settings = settings;
        this.acquireNanos = settings.acquireTimeout().toNanos();
        ThreadFactory threads = settings.threadFactory().orElseGet(DaemonThreads::new);
        this.reactor = new DefaultConnectingIOReactor(
                (session, attachment) -> ((ConnectionAttempt) attachment).handler(session),
                reactorConfig(settings),
                threads,
                null,
                failure -> LOG.error("I/O thread failed", failure),
                null,
                null);
        this.resolver = new ThreadPoolExecutor(
                RESOLVER_THREADS,
                RESOLVER_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(settings.maxConnections() + 1),
                threads);
        resolver.allowCoreThreadTimeOut(true);
        ConnectionFactory factory = new ConnectionFactory(settings, reactor, resolver);
        this.pool = new ConnectionPool(settings, (route, connectNanos) -> attempt(factory, route, connectNanos));
        this.timer = new ScheduledThreadPoolExecutor(1, threads);
        reactor.start();
        this.ticking =
                timer.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private ConnectionAttempt attempt(ConnectionFactory factory, ConnectionPool.Route route, long connectNanos) {
        return factory.attempt(pool, route, connectNanos);
    }

    private static IOReactorConfig reactorConfig(HttpTransportSettings settings) {
        IOReactorConfig.Builder config = IOReactorConfig.custom()
                .setIoThreadCount(settings.ioThreads())
                .setSoTimeout(Timeout.DISABLED)
                .setTcpNoDelay(true)
                .setSoKeepAlive(true);
        if (canTuneKeepAlive()) {
            // A model may think for minutes in silence; address translators forget a silent connection sooner.
            config.setTcpKeepIdle(60).setTcpKeepInterval(15).setTcpKeepCount(4);
        }
        return config.build();
    }

    private static boolean canTuneKeepAlive() {
        try (SocketChannel probe = SocketChannel.open()) {
            return probe.supportedOptions().stream().map(SocketOption::name).anyMatch("TCP_KEEPIDLE"::equals);
        } catch (IOException e) {
            LOG.debug("TCP keep-alive stays at the system's times", e);
            return false;
        }
    }

    @Override
    public HttpExchange send(HttpRequest request, HttpHandler handler) {
        ClientExchange exchange = new ClientExchange(this, request, handler, System.nanoTime());
        inFlight.add(exchange);
        submit(exchange);
        return exchange;
    }

    @Override
    public TransportStats stats() {
        return pool.stats(inFlight.size());
    }

    void submit(ClientExchange exchange) {
        ConnectionPool.Refusal refusal = pool.submit(exchange);
        if (refusal != null) {
            later(() -> exchange.fail(refusal.kind, refusal.detail, null));
        }
    }

    /** Lets the timer do it, so that a caller of send is not called back before it has the exchange. */
    private void later(Runnable work) {
        try {
            timer.execute(work);
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

    @Override
    public void close() {
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
        resolver.shutdownNow();
        ticking.cancel(false);
        timer.shutdown();
        reactor.initiateShutdown();
        try {
            reactor.awaitShutdown(TimeValue.ofMilliseconds(500));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        reactor.close(CloseMode.IMMEDIATE);
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

    private static final class DaemonThreads implements ThreadFactory {
        private static final AtomicInteger NUMBER = new AtomicInteger();

        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, "camel-llm-http-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
