package io.github.camelllm.transport;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * How a transport behaves; immutable, changed by {@link #toBuilder()}.
 *
 * @param maxConnections open connections to all hosts together
 * @param maxConnectionsPerHost open connections to one scheme, host and port
 * @param maxStreamsPerConnection concurrent exchanges on one HTTP/2 connection; the server's own limit counts if lower.
 *     Beyond it another connection is opened
 * @param maxPending exchanges that may wait for a connection, being made or busy; the next one fails
 * @param acquireTimeout how long an exchange waits while all permitted connections are busy
 * @param idleTimeout an unused connection is closed after this time; a shorter one in the server's {@code Keep-Alive}
 *     header counts. Load balancers commonly close at 60 seconds, so the default is below
 * @param maxConnectionAge a connection takes no new exchange after this time, so that changes in DNS are followed
 * @param windowBytes flow-control window of one exchange: how much a paused one may still receive
 * @param ioThreads threads that serve all connections
 * @param httpVersion which HTTP version is spoken
 * @param tls empty for the JDK's default context
 * @param proxy empty for none
 * @param userAgent sent where the request has none
 * @param closeGrace how long {@link HttpTransport#close()} waits for exchanges under way
 * @param threadFactory makes the threads; empty for daemon threads named {@code camel-llm-http-N}
 */
public record HttpTransportSettings(
        int maxConnections,
        int maxConnectionsPerHost,
        int maxStreamsPerConnection,
        int maxPending,
        Duration acquireTimeout,
        Duration idleTimeout,
        Duration maxConnectionAge,
        int windowBytes,
        int ioThreads,
        HttpVersionPolicy httpVersion,
        Optional<TlsSettings> tls,
        Optional<ProxySettings> proxy,
        String userAgent,
        Duration closeGrace,
        Optional<ThreadFactory> threadFactory) {
    /** Everything at its default, see {@link Builder}. */
    public static final HttpTransportSettings DEFAULT = builder().build();

    public HttpTransportSettings {
        atLeast("maxConnections", maxConnections, 1);
        atLeast("maxConnectionsPerHost", maxConnectionsPerHost, 1);
        atLeast("maxStreamsPerConnection", maxStreamsPerConnection, 1);
        atLeast("maxPending", maxPending, 1);
        atLeast("windowBytes", windowBytes, 1024);
        atLeast("ioThreads", ioThreads, 1);
        positive("acquireTimeout", acquireTimeout);
        positive("idleTimeout", idleTimeout);
        positive("maxConnectionAge", maxConnectionAge);
        if (closeGrace.isNegative()) {
            throw new IllegalArgumentException("closeGrace is negative: " + closeGrace);
        }
        userAgent = HttpField.of("user-agent", userAgent).value();
    }

    public static Builder builder() {
        return new Builder();
    }

    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.maxConnections = maxConnections;
        builder.maxConnectionsPerHost = maxConnectionsPerHost;
        builder.maxStreamsPerConnection = maxStreamsPerConnection;
        builder.maxPending = maxPending;
        builder.acquireTimeout = acquireTimeout;
        builder.idleTimeout = idleTimeout;
        builder.maxConnectionAge = maxConnectionAge;
        builder.windowBytes = windowBytes;
        builder.ioThreads = ioThreads;
        builder.httpVersion = httpVersion;
        builder.tls = tls;
        builder.proxy = proxy;
        builder.userAgent = userAgent;
        builder.closeGrace = closeGrace;
        builder.threadFactory = threadFactory;
        return builder;
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", is " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, is " + value);
        }
    }

    /** Collects settings; what is not set keeps its default, written beside each field. */
    public static final class Builder {
        private int maxConnections = 512;
        private int maxConnectionsPerHost = 256;
        private int maxStreamsPerConnection = 100;
        private int maxPending = 1024;
        private Duration acquireTimeout = Duration.ofSeconds(30);
        private Duration idleTimeout = Duration.ofSeconds(55);
        private Duration maxConnectionAge = Duration.ofMinutes(10);
        private int windowBytes = 64 * 1024;
        private int ioThreads = Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
        private HttpVersionPolicy httpVersion = HttpVersionPolicy.AUTO;
        private Optional<TlsSettings> tls = Optional.empty();
        private Optional<ProxySettings> proxy = Optional.empty();
        private String userAgent = "camel-llm";
        private Duration closeGrace = Duration.ofSeconds(2);
        private Optional<ThreadFactory> threadFactory = Optional.empty();

        private Builder() {}

        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        public Builder maxConnectionsPerHost(int value) {
            maxConnectionsPerHost = value;
            return this;
        }

        public Builder maxStreamsPerConnection(int value) {
            maxStreamsPerConnection = value;
            return this;
        }

        public Builder maxPending(int value) {
            maxPending = value;
            return this;
        }

        public Builder acquireTimeout(Duration value) {
            acquireTimeout = value;
            return this;
        }

        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        public Builder maxConnectionAge(Duration value) {
            maxConnectionAge = value;
            return this;
        }

        public Builder windowBytes(int value) {
            windowBytes = value;
            return this;
        }

        public Builder ioThreads(int value) {
            ioThreads = value;
            return this;
        }

        public Builder httpVersion(HttpVersionPolicy value) {
            httpVersion = value;
            return this;
        }

        public Builder tls(TlsSettings value) {
            tls = Optional.of(value);
            return this;
        }

        public Builder proxy(ProxySettings value) {
            proxy = Optional.of(value);
            return this;
        }

        public Builder userAgent(String value) {
            userAgent = value;
            return this;
        }

        public Builder closeGrace(Duration value) {
            closeGrace = value;
            return this;
        }

        public Builder threadFactory(ThreadFactory value) {
            threadFactory = Optional.of(value);
            return this;
        }

        public HttpTransportSettings build() {
            return new HttpTransportSettings(
                    maxConnections,
                    maxConnectionsPerHost,
                    maxStreamsPerConnection,
                    maxPending,
                    acquireTimeout,
                    idleTimeout,
                    maxConnectionAge,
                    windowBytes,
                    ioThreads,
                    httpVersion,
                    tls,
                    proxy,
                    userAgent,
                    closeGrace,
                    threadFactory);
        }
    }
}
