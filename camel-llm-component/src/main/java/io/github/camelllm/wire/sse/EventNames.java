package io.github.camelllm.wire.sse;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Event names as strings, without a new string for each event. A stream repeats few names, all streams of a provider the
 * same ones, so a small table shared by all decoders is enough; a name that is long or not ASCII is not kept. A slot
 * holds the last name that fell on it. Threads may overwrite each other's slots, which costs a string and nothing else:
 * strings are safe to share without synchronisation.
 */
final class EventNames {
    private static final int SLOTS = 256;
    private static final int LONGEST = 64;
    private static final @Nullable String[] NAMES = new @Nullable String[SLOTS];

    private EventNames() {}

    static String of(byte[] buffer, int offset, int length) {
        if (length == 0) {
            return "";
        }
        if (length > LONGEST) {
            return new String(buffer, offset, length, StandardCharsets.UTF_8);
        }
        int hash = length;
        int all = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + buffer[i];
            all |= buffer[i];
        }
        if (all < 0) {
            return new String(buffer, offset, length, StandardCharsets.UTF_8);
        }
        int slot = (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SLOTS - 1);
        String kept = NAMES[slot];
        if (kept != null && same(kept, buffer, offset, length)) {
            return kept;
        }
        String name = new String(buffer, offset, length, StandardCharsets.US_ASCII);
        NAMES[slot] = name;
        return name;
    }

    private static boolean same(String name, byte[] buffer, int offset, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) != buffer[offset + i]) {
                return false;
            }
        }
        return true;
    }
}
