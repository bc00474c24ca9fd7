package io.github.camelllm.call;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;

/** Collects a body up to a limit. Not thread-safe. */
final class BodyBuffer {
    static final BodyBuffer EMPTY = new BodyBuffer(0, OptionalLong.empty());

    private static final int FIRST_BYTES = 2048;

    /** An announced length is believed up to here; beyond it the bytes must come first. */
    private static final int MOST_FIRST_BYTES = 64 * 1024;

    private final long limit;
    private final int firstBytes;
    private byte[] bytes = new byte[0];
    private int length;

    /** @param announcedBytes what the sender says that will come */
    BodyBuffer(long limitBytes, OptionalLong announcedBytes) {
        limit = Math.min(limitBytes, Integer.MAX_VALUE - 16);
        firstBytes = (int) Math.min(MOST_FIRST_BYTES, announcedBytes.orElse(FIRST_BYTES));
    }

    /** Takes what fits; false if the limit cut it. */
    boolean append(ByteBuffer more) {
        int taken = (int) Math.min(more.remaining(), limit - length);
        if (length + taken > bytes.length) {
            long wanted = Math.max(Math.max(firstBytes, 2L * bytes.length), (long) length + taken);
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
