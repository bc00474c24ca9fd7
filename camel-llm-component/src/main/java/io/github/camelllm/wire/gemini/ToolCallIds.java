package io.github.camelllm.wire.gemini;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Ids for function calls that came without one, which most of them do. They are made of the answer's {@code responseId}
 * and the call's position, so that a repeated decode gives the same id and another turn another one, and they start with
 * {@link #PREFIX}: an id with that prefix never goes to the provider, which then pairs calls and results by name and
 * order. At most 40 characters of {@code [A-Za-z0-9_-]}, so that they pass as ids at other providers after a failover.
 */
final class ToolCallIds {
    static final String PREFIX = "gemcall_";

    private static final int MAX_SOURCE = 24;

    private ToolCallIds() {}

    /**
     * @param source the answer's id; empty if it has none: then ids of different turns may be equal, and results belong to
     *     the nearest call before them
     */
    static String made(Optional<String> source, int choice, int call) {
        return PREFIX + source.map(ToolCallIds::shortened).orElse("") + '_' + choice + '_' + call;
    }

    static boolean isMade(String id) {
        return id.startsWith(PREFIX);
    }

    private static String shortened(String id) {
        if (id.length() <= MAX_SOURCE && isPlain(id)) {
            return id;
        }
        long hash = 0xcbf29ce484222325L;
        for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        }
        return Long.toHexString(hash);
    }

    private static boolean isPlain(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-')) {
                return false;
            }
        }
        return true;
    }
}
