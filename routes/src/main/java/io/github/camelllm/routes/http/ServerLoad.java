package io.github.camelllm.routes.http;

import java.util.concurrent.atomic.AtomicInteger;

/** What a server has to do now, all its event loops together. Thread-safe. */
final class ServerLoad {
    private final int maxConnections;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean draining;

    ServerLoad(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    /** Counts a connection in; false if there are too many already. */
    boolean admit() {
        if (connections.incrementAndGet() > maxConnections) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    void connectionClosed() {
        connections.decrementAndGet();
    }

    void requestBegan() {
        requests.incrementAndGet();
    }

    void requestEnded() {
        requests.decrementAndGet();
    }

    int connections() {
        return connections.get();
    }

    /** Requests whose answers have not ended. */
    int requests() {
        return requests.get();
    }

    /** Whether only what is under way is finished. */
    boolean isDraining() {
        return draining;
    }

    void setDraining(boolean draining) {
        this.draining = draining;
    }
}
