package io.github.camelllm.simulator;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/** The answers that stand still. Thread-safe. */
final class Stalls {
    private final Map<ReplyPlayer, Context> stalled = new HashMap<>();

    /** Called on the answer's event loop. */
    synchronized void add(ReplyPlayer player) {
        stalled.put(player, Vertx.currentContext());
    }

    synchronized void remove(ReplyPlayer player) {
        stalled.remove(player);
    }

    synchronized int count() {
        return stalled.size();
    }

    /** Lets all go on. @return how many there were */
    int release() {
        Map<ReplyPlayer, Context> released;
        synchronized (this) {
            released = new HashMap<>(stalled);
            stalled.clear();
        }
        released.forEach(ReplyPlayer::release);
        return released.size();
    }
}
