package io.github.camelllm.transport;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
    private static final int RESOLVER_THREADS = 4;

    private final DefaultConnectingIOReactor reactor;
    private final ThreadPoolExecutor resolver;
    private final ConnectionPool pool;
    private final Exchanges exchanges;

    public ApacheHttpTransport(HttpTransportSettings settings) {
        ThreadFactory threads = settings.threadFactory().orElseGet(Exchanges.DaemonThreads::new);
        this.reactor = new DefaultConnectingIOReactor(
                (session, attachment) -> ((ApacheConnectionAttempt) attachment).handler(session),
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
        ApacheConnectionFactory factory = new ApacheConnectionFactory(settings, reactor, resolver);
        this.pool = new ConnectionPool(settings, (route, connectNanos, home) -> attempt(factory, route, connectNanos));
        this.exchanges = new Exchanges(settings, threads, pool);
        reactor.start();
    }

    private ConnectionAttempt attempt(ApacheConnectionFactory factory, ConnectionPool.Route route, long connectNanos) {
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
        return exchanges.send(request, handler, null);
    }

    @Override
    public TransportStats stats() {
        return exchanges.stats();
    }

    @Override
    public void close() {
        exchanges.close(() -> {
            resolver.shutdownNow();
            reactor.initiateShutdown();
            try {
                reactor.awaitShutdown(TimeValue.ofMilliseconds(500));
            } finally {
                reactor.close(CloseMode.IMMEDIATE);
            }
        });
    }
}
