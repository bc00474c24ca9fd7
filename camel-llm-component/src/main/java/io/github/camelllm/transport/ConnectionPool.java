package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Open connections and the exchanges that wait for one. HttpClient's own pool either leases an HTTP/2 connection to one
 * exchange at a time or, with message multiplexing, puts all exchanges on one connection without regard to the server's
 * limit; this one fills a connection up to its limit and then opens the next.
 *
 * <p>One lock guards everything; connections and exchanges are started and closed outside of it.
 */
final class ConnectionPool {
    /** Connections to one origin. All but the origin is guarded by the pool's lock. */
    static final class Route {
        final Origin origin;
        final String authority;
        final List<PooledConnection> connections = new ArrayList<>();
        /** Unused HTTP/1.1 connections, most recently used last. */
        final ArrayDeque<PooledConnection> idle = new ArrayDeque<>();

        final ArrayDeque<ClientExchange> pending = new ArrayDeque<>();
        int connecting;
        /** How many exchanges a new connection will take; 0 while that is not known. */
        int streamsPerConnection;

        Route(Origin origin, int streamsPerConnection) {
            this.origin = origin;
            this.authority = origin.authority();
            this.streamsPerConnection = streamsPerConnection;
        }

        boolean isEmpty() {
            return connections.isEmpty() && pending.isEmpty() && connecting == 0;
        }

        int size() {
            return connections.size() + connecting;
        }
    }

    /** Makes connections. */
    interface Connector {
        /** @param home the event loop that the connection is wanted on; null for any */
        ConnectionAttempt attempt(Route route, long connectNanos, @Nullable Executor home);
    }

    private record Start(PooledConnection connection, ClientExchange exchange) {}

    /** What is to be done once the lock is released. */
    private static final class Actions {
        final List<ConnectionAttempt> attempts = new ArrayList<>(2);
        final List<Start> starts = new ArrayList<>(2);
        final List<PooledConnection> closes = new ArrayList<>(2);

        void run() {
            closes.forEach(PooledConnection::closeIdle);
            starts.forEach(start -> start.connection.start(start.exchange));
            attempts.forEach(ConnectionAttempt::start);
        }
    }

    private final Object lock = new Object();
    private final HttpTransportSettings settings;
    private final Connector connector;
    private final Map<Origin, Route> routes = new HashMap<>();
    private final Set<ConnectionAttempt> attempts = new HashSet<>();
    private final long maxAgeNanos;
    private int total;
    private int pending;
    private boolean closed;

    ConnectionPool(HttpTransportSettings settings, Connector connector) {
        this.settings = settings;
        this.connector = connector;
        this.maxAgeNanos = settings.maxConnectionAge().toNanos();
    }

    /** Starts the exchange on a connection or lets it wait for one; returns why neither is possible, or null. */
    @Nullable
    Refusal submit(ClientExchange exchange) {
        PooledConnection free;
        Actions actions = null;
        synchronized (lock) {
            if (closed) {
                return Refusal.CLOSED;
            }
            Route route = route(exchange.origin);
            free = route.pending.isEmpty() || exchange.home() != null ? take(route, exchange.home()) : null;
            if (free == null) {
                if (pending >= settings.maxPending()) {
                    return Refusal.TOO_MANY_WAIT;
                }
                route.pending.add(exchange);
                pending++;
                actions = new Actions();
                connectFor(route, actions);
            }
        }
        if (free != null) {
            free.start(exchange);
        }
        if (actions != null) {
            actions.run();
            if (exchange.isOver()) {
                withdraw(exchange);
            }
        }
        return null;
    }

    /** Why an exchange is not taken. */
    enum Refusal {
        CLOSED(Kind.CANCELLED, "the transport is closed"),
        TOO_MANY_WAIT(Kind.POOL_EXHAUSTED, "too many exchanges wait for a connection");

        final Kind kind;
        final String detail;

        Refusal(Kind kind, String detail) {
            this.kind = kind;
            this.detail = detail;
        }
    }

    /** Removes an exchange that has ended while it waited. */
    void withdraw(ClientExchange exchange) {
        synchronized (lock) {
            Route route = routes.get(exchange.origin);
            if (route != null && route.pending.remove(exchange)) {
                pending--;
                drop(route);
            }
        }
    }

    /** Whether nothing but a connection becoming free can help the exchanges that wait for this origin. */
    boolean isFull(Origin origin) {
        synchronized (lock) {
            Route route = routes.get(origin);
            return route != null
                    && route.connecting == 0
                    && (route.size() >= settings.maxConnectionsPerHost() || total >= settings.maxConnections());
        }
    }

    /** A connection is usable. */
    void ready(ConnectionAttempt attempt, PooledConnection connection) {
        Actions actions = new Actions();
        synchronized (lock) {
            if (!attempts.remove(attempt)) {
                connection.removed = true;
                actions.closes.add(connection);
            } else {
                Route route = connection.route;
                route.connecting--;
                route.streamsPerConnection = connection.limit;
                route.connections.add(connection);
                feed(connection, actions);
                connectFor(route, actions);
            }
        }
        actions.run();
    }

    /** A connection could not be made: the exchanges that it was meant for fail. */
    void failed(ConnectionAttempt attempt, Kind kind, String detail, @Nullable Throwable cause) {
        Actions actions = new Actions();
        List<ClientExchange> unlucky = new ArrayList<>();
        synchronized (lock) {
            if (!attempts.remove(attempt)) {
                return;
            }
            Route route = attempt.route;
            route.connecting--;
            total--;
            int meantFor = route.streamsPerConnection == 0 ? Integer.MAX_VALUE : route.streamsPerConnection;
            while (unlucky.size() < meantFor && !route.pending.isEmpty()) {
                unlucky.add(route.pending.poll());
                pending--;
            }
            connectFor(route, actions);
            connectForOthers(route, actions);
            drop(route);
        }
        unlucky.forEach(exchange -> exchange.fail(kind, detail, cause));
        actions.run();
    }

    void track(WireStream stream) {
        synchronized (lock) {
            stream.connection().track(stream);
        }
    }

    /** A place on a connection is free again. */
    void release(PooledConnection connection, WireStream stream, int keepAliveSeconds) {
        Actions actions = null;
        ClientExchange next = null;
        synchronized (lock) {
            connection.untrack(stream);
            connection.inFlight--;
            long now = System.nanoTime();
            connection.idleSince = now;
            if (keepAliveSeconds > 0) {
                // a second less than the server waits, so that we are first
                long limit = TimeUnit.SECONDS.toNanos(Math.max(1, keepAliveSeconds - 1));
                connection.idleLimitNanos = Math.min(settings.idleTimeout().toNanos(), limit);
            }
            if (connection.removed) {
                return;
            }
            if (!connection.isOpen() || now - connection.createdAt >= maxAgeNanos || connection.draining) {
                actions = new Actions();
                retire(connection, actions);
            } else {
                next = pollFor(connection);
                if (next != null) {
                    connection.inFlight++;
                } else if (!connection.isHttp2()) {
                    connection.route.idle.addLast(connection);
                }
            }
        }
        if (next != null) {
            connection.start(next);
        }
        if (actions != null) {
            actions.run();
        }
    }

    /** HTTP/2: a stream was reset; its place is free again at {@code until}. */
    void linger(PooledConnection connection, WireStream stream, long until) {
        Actions actions = new Actions();
        synchronized (lock) {
            connection.untrack(stream);
            connection.lingering.add(until);
            if (connection.draining && !connection.removed) {
                retire(connection, actions);
            }
        }
        actions.run();
    }

    /** A connection is gone or is about to be closed by its owner. */
    void discard(PooledConnection connection) {
        Actions actions = new Actions();
        synchronized (lock) {
            if (remove(connection)) {
                connectFor(connection.route, actions);
                connectForOthers(connection.route, actions);
                drop(connection.route);
            }
        }
        actions.run();
    }

    /** HTTP/2: the server announced how many streams it takes. */
    void limit(PooledConnection connection, int streams) {
        Actions actions = new Actions();
        synchronized (lock) {
            connection.limit = Math.max(1, Math.min(streams, settings.maxStreamsPerConnection()));
            connection.route.streamsPerConnection = connection.limit;
            if (!connection.removed && connection.route.connections.contains(connection)) {
                feed(connection, actions);
            }
        }
        actions.run();
    }

    /** HTTP/2: the server takes no new streams (GOAWAY). Returns the streams that it will not process. */
    List<WireStream> drain(PooledConnection connection, int lastStreamId) {
        Actions actions = new Actions();
        List<WireStream> unprocessed;
        synchronized (lock) {
            connection.draining = true;
            unprocessed = connection.streamsAbove(lastStreamId);
            if (!connection.removed) {
                retire(connection, actions);
                connectFor(connection.route, actions);
            }
        }
        actions.run();
        return unprocessed;
    }

    /** Closes what has been idle or is old, frees the places of reset streams. Called now and then. */
    void tidy(long now) {
        Actions actions = new Actions();
        List<ConnectionAttempt> making;
        synchronized (lock) {
            making = List.copyOf(attempts);
            for (Route route : List.copyOf(routes.values())) {
                for (PooledConnection connection : List.copyOf(route.connections)) {
                    tidy(connection, now, actions);
                }
                connectFor(route, actions); // a place in the total may have become free
                drop(route);
            }
        }
        actions.run();
        making.forEach(attempt -> attempt.check(now));
    }

    private void tidy(PooledConnection connection, long now, Actions actions) {
        while (!connection.lingering.isEmpty() && now - connection.lingering.peek() >= 0) {
            connection.lingering.poll();
            connection.inFlight--;
            connection.idleSince = now;
        }
        if (!connection.isOpen() && connection.isUnused()) {
            remove(connection);
        } else if (now - connection.createdAt >= maxAgeNanos && connection.isHttp2()) {
            connection.draining = true;
            retire(connection, actions);
        } else if (connection.inFlight == 0
                && (now - connection.idleSince >= connection.idleLimitNanos
                        || now - connection.createdAt >= maxAgeNanos)) {
            remove(connection);
            actions.closes.add(connection);
        } else if (connection.isHttp2()) {
            feed(connection, actions);
        }
    }

    TransportStats stats(int inFlight) {
        synchronized (lock) {
            return new TransportStats(total - attempts.size(), attempts.size(), inFlight, pending);
        }
    }

    /** Refuses new exchanges from now on. */
    void refuse() {
        synchronized (lock) {
            closed = true;
        }
    }

    /** Closes every connection, at once. */
    void close() {
        List<PooledConnection> open = new ArrayList<>();
        List<ConnectionAttempt> making;
        synchronized (lock) {
            closed = true;
            routes.values().forEach(route -> open.addAll(route.connections));
            open.forEach(this::remove);
            making = List.copyOf(attempts);
        }
        making.forEach(ConnectionAttempt::giveUp);
        open.forEach(PooledConnection::closeNow);
    }

    // With the lock held

    private Route route(Origin origin) {
        Route route = routes.get(origin);
        if (route == null) {
            int streams =
                    switch (settings.httpVersion()) {
                        case HTTP_1_1 -> 1;
                        case HTTP_2 -> settings.maxStreamsPerConnection();
                        case AUTO -> origin.tls() ? 0 : 1;
                    };
            route = new Route(origin, streams);
            routes.put(origin, route);
        }
        return route;
    }

    private void drop(Route route) {
        if (route.isEmpty()) {
            routes.remove(route.origin, route);
        }
    }

    /**
     * A connection with a free place, which is taken; null if there is none.
     *
     * @param home the event loop that it must be on; null for any
     */
    private @Nullable PooledConnection take(Route route, @Nullable Executor home) {
        for (Iterator<PooledConnection> idle = route.idle.descendingIterator(); idle.hasNext(); ) {
            PooledConnection connection = idle.next();
            if (home != null && connection.home != home) {
                continue;
            }
            idle.remove();
            if (connection.isOpen()) {
                connection.inFlight++;
                return connection;
            }
            remove(connection);
        }
        for (int i = 0; i < route.connections.size(); i++) {
            PooledConnection connection = route.connections.get(i);
            if (connection.isHttp2() && hasPlace(connection) && (home == null || connection.home == home)) {
                connection.inFlight++;
                return connection;
            }
        }
        return null;
    }

    /**
     * The exchange that a connection with a free place takes: the one that has waited longest, unless that one wants
     * another event loop and can have a connection there. Null if there is none.
     */
    private @Nullable ClientExchange pollFor(PooledConnection connection) {
        Route route = connection.route;
        for (Iterator<ClientExchange> waiting = route.pending.iterator(); waiting.hasNext(); ) {
            ClientExchange exchange = waiting.next();
            if (suits(connection, exchange) || !mayGrow(route)) {
                waiting.remove();
                pending--;
                return exchange;
            }
        }
        return null;
    }

    private static boolean suits(PooledConnection connection, ClientExchange exchange) {
        return exchange.home() == null || exchange.home() == connection.home;
    }

    private boolean mayGrow(Route route) {
        return route.connecting > 0
                || route.size() < settings.maxConnectionsPerHost() && total < settings.maxConnections();
    }

    private static boolean hasPlace(PooledConnection connection) {
        return !connection.draining && connection.inFlight < connection.limit && connection.isOpen();
    }

    /** Gives the free places of a connection to waiting exchanges. */
    private void feed(PooledConnection connection, Actions actions) {
        ClientExchange next;
        while (hasPlace(connection) && (next = pollFor(connection)) != null) {
            connection.inFlight++;
            actions.starts.add(new Start(connection, next));
        }
        if (!connection.isHttp2() && connection.inFlight == 0) {
            connection.route.idle.addLast(connection);
        }
    }

    /**
     * Opens as many connections as the waiting exchanges need and the limits permit. Where nothing can be opened any
     * more, a free connection of another event loop is better than none.
     */
    private void connectFor(Route route, Actions actions) {
        if (closed || route.pending.isEmpty()) {
            return;
        }
        int each = route.streamsPerConnection;
        // What the server speaks is learnt from one connection, not from as many as HTTP/1.1 would need.
        int wanted = each == 0 ? 1 : (route.pending.size() + each - 1) / each;
        if (route.connecting < wanted && canConnect(route, actions)) {
            int skip = route.connecting * each;
            for (ClientExchange exchange : route.pending) {
                if (skip-- > 0) {
                    continue; // the connections that are being made are for those that came first
                }
                open(route, exchange, actions);
                skip = each - 1;
                if (route.connecting >= wanted || !canConnect(route, actions)) {
                    break;
                }
            }
        }
        PooledConnection free;
        while (route.connecting == 0 && !route.pending.isEmpty() && (free = take(route, null)) != null) {
            pending--;
            actions.starts.add(new Start(free, route.pending.remove()));
        }
    }

    private boolean canConnect(Route route, Actions actions) {
        return route.size() < settings.maxConnectionsPerHost()
                && (total < settings.maxConnections() || closeOneIdle(route, actions));
    }

    private void open(Route route, ClientExchange exchange, Actions actions) {
        route.connecting++;
        total++;
        ConnectionAttempt attempt = connector.attempt(route, exchange.connectNanos(), exchange.home());
        attempts.add(attempt);
        actions.attempts.add(attempt);
    }

    /** After a connection has gone that may have kept others from being made. */
    private void connectForOthers(Route than, Actions actions) {
        if (pending > 0) {
            routes.values().forEach(route -> {
                if (route != than) {
                    connectFor(route, actions);
                }
            });
        }
    }

    /** Of another origin: what this one has it can use itself. */
    private boolean closeOneIdle(Route forRoute, Actions actions) {
        for (Iterator<Route> all = routes.values().iterator(); all.hasNext(); ) {
            Route route = all.next();
            if (route == forRoute) {
                continue;
            }
            for (PooledConnection connection : route.connections) {
                if (connection.inFlight == 0) {
                    remove(connection);
                    actions.closes.add(connection);
                    if (route.isEmpty()) {
                        all.remove();
                    }
                    return true;
                }
            }
        }
        return false;
    }

    /** Lets a connection end when its exchanges have ended. */
    private void retire(PooledConnection connection, Actions actions) {
        connection.draining = true;
        if (connection.isUnused() && remove(connection)) {
            actions.closes.add(connection);
            connectFor(connection.route, actions);
            connectForOthers(connection.route, actions);
        }
    }

    private boolean remove(PooledConnection connection) {
        if (connection.removed) {
            return false;
        }
        connection.removed = true;
        connection.route.connections.remove(connection);
        connection.route.idle.remove(connection);
        total--;
        return true;
    }
}
