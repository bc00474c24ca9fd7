package io.github.camelllm.wire;

import java.nio.charset.StandardCharsets;

/**
 * One unit of a stream, such as one server-sent event: a type and a payload. The payload is a view of the decoder's
 * buffer and is valid only until the call that received the frame returns.
 */
public final class Frame {
    private final String type;
    private final byte[] buffer;
    private final int offset;
    private final int length;

    /**
     * @param type the framing's name of the event; empty if it has none
     * @param buffer holds the payload; not copied
     */
    public Frame(String type, byte[] buffer, int offset, int length) {
        this.type = type;
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
    }

    public static Frame of(String type, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return new Frame(type, bytes, 0, bytes.length);
    }

    public String type() {
        return type;
    }

    public byte[] buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /** Whether the payload is exactly this ASCII text. */
    public boolean payloadIs(String ascii) {
        if (length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer[offset + i] != (byte) ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The payload as text; a copy. */
    public String text() {
        return new String(buffer, offset, length, StandardCharsets.UTF_8);
    }

    /** Tells the size only: the payload is answer text. */
    @Override
    public String toString() {
        return "Frame[" + type + ", " + length + " bytes]";
    }
}
