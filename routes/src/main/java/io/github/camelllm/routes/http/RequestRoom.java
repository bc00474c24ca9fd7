package io.github.camelllm.routes.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the bodies of requests may take at a time, all servers of a component together: clients send them before anybody
 * asks who they are. Thread-safe.
 */
final class RequestRoom {
    /** A body is copied once when it is whole and again on its way to a provider, so four times this is all there is. */
    private static final int SHARE = 4;

    private final long maxBytes;
    private final AtomicLong takenBytes = new AtomicLong();

    RequestRoom(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A quarter of the heap. */
    static RequestRoom ofHeap() {
        return new RequestRoom(Runtime.getRuntime().maxMemory() / SHARE);
    }

    /** Whether so many bytes could be taken now. */
    boolean has(long bytes) {
        return bytes <= maxBytes - takenBytes.get();
    }

    /** Takes so many bytes; false, and none are, if there are not so many. */
    boolean take(long bytes) {
        if (takenBytes.addAndGet(bytes) > maxBytes) {
            give(bytes);
            return false;
        }
        return true;
    }

    void give(long bytes) {
        takenBytes.addAndGet(-bytes);
    }

    long maxBytes() {
        return maxBytes;
    }

    long takenBytes() {
        return takenBytes.get();
    }
}
