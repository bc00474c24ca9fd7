package io.github.camelllm.routes.http;

import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The body of one request while it comes, and its place in the room that all have until {@link #release()}. For one thread. */
final class RequestBody {
    private static final int LEAST_CAPACITY = 8 << 10;
    private static final byte[] NONE = {};

    private final RequestRoom room;
    private @Nullable Buffer first;
    private byte[] joined = NONE;
    private int length;
    private long takenBytes;

    RequestBody(RequestRoom room) {
        this.room = room;
    }

    /**
     * Adds a piece.
     *
     * @param mostBytes that the whole body will have
     * @return whether there was room for it
     */
    boolean append(Buffer piece, long mostBytes) {
        int needed = length + piece.length();
        Buffer before = first;
        if (length == 0) {
            // Most bodies are one piece
            first = piece;
            length = needed;
            return take(needed);
        }
        if (needed > joined.length) {
            int capacity = (int) Math.max(needed, Math.min(mostBytes, Math.max(LEAST_CAPACITY, 2L * joined.length)));
            if (!take(capacity - takenBytes)) {
                return false;
            }
            joined = Arrays.copyOf(joined, capacity);
        }
        if (before != null) {
            before.getBytes(joined, 0);
            first = null;
        }
        piece.getBytes(joined, length);
        length = needed;
        return true;
    }

    private boolean take(long bytes) {
        boolean isTaken = room.take(bytes);
        if (isTaken) {
            takenBytes += bytes;
        }
        return isTaken;
    }

    int length() {
        return length;
    }

    /** All of it. The room it takes stays taken, since whoever gets the bytes keeps them while the request is served. */
    byte[] whole() {
        Buffer only = first;
        byte[] whole = joined;
        if (only != null) {
            // The server's own array where that holds nothing else
            whole = ByteBufUtil.getBytes(only.getByteBuf(), 0, length, false);
        } else if (length < whole.length) {
            whole = Arrays.copyOf(whole, length);
        }
        drop();
        return whole;
    }

    private void drop() {
        first = null;
        joined = NONE;
        length = 0;
    }

    /** Nobody needs it any more. May be called again. */
    void release() {
        drop();
        if (takenBytes > 0) {
            room.give(takenBytes);
            takenBytes = 0;
        }
    }
}
