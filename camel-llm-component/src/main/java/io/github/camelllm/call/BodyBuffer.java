package io.github.camelllm.call;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Collects a body up to a limit. Not thread-safe. */
final class BodyBuffer {
    static final BodyBuffer EMPTY = new BodyBuffer(0);

    private static final int FIRST_BYTES = 2048;

    private final long limit;
    private byte[] bytes = new byte[0];
    private int length;

    BodyBuffer(long limitBytes) {
        limit = Math.min(limitBytes, Integer.MAX_VALUE - 16);
    }

    /** Takes what fits; false if the limit cut it. */
    boolean append(ByteBuffer more) {
        int taken = (int) Math.min(more.remaining(), limit - length);
        if (length + taken > bytes.length) {
            long wanted = Math.max(Math.max(FIRST_BYTES, 2L * bytes.length), (long) length + taken);
            bytes = Arrays.copyOf(bytes, (int) Math.min(limit, wanted));
        }
        boolean whole = taken == more.remaining();
        more.get(bytes, length, taken);
        more.position(more.limit());
        length += taken;
        return whole;
    }

    int length() {
        return length;
    }

    /** The first byte that is no white space; 0 if there is none. */
    byte firstVisible() {
        for (int i = 0; i < length; i++) {
            if (bytes[i] > ' ') {
                return bytes[i];
            }
        }
        return 0;
    }

    byte[] toByteArray() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
