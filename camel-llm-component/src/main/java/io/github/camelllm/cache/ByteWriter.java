package io.github.camelllm.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow. Texts are UTF-8, or UTF-16 if they hold halves of surrogate pairs. Not thread-safe. */
final class ByteWriter {
    private static final byte UTF_8 = 0;
    private static final byte UTF_16 = 1;

    private byte[] bytes = new byte[1024];
    private int size;

    void bytes(byte[] more) {
        ensure(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    void octet(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    void integer(int value) {
        ensure(4);
        ByteBuffer.wrap(bytes).putInt(size, value);
        size += 4;
    }

    void number(long value) {
        ensure(8);
        ByteBuffer.wrap(bytes).putLong(size, value);
        size += 8;
    }

    void text(String text) {
        boolean whole = StandardCharsets.UTF_8.newEncoder().canEncode(text);
        byte[] encoded = text.getBytes(whole ? StandardCharsets.UTF_8 : StandardCharsets.UTF_16BE);
        if (!whole) {
            // getBytes would put replacements for the halves
            encoded = new byte[text.length() * 2];
            ByteBuffer.wrap(encoded).asCharBuffer().put(text);
        }
        octet(whole ? UTF_8 : UTF_16);
        integer(encoded.length);
        bytes(encoded);
    }

    /** @throws IllegalArgumentException if there is no such text */
    static String text(ByteBuffer in) {
        byte charset = in.get();
        int length = length(in);
        byte[] encoded = new byte[length];
        in.get(encoded);
        if (charset == UTF_8) {
            return new String(encoded, StandardCharsets.UTF_8);
        }
        return ByteBuffer.wrap(encoded).asCharBuffer().toString();
    }

    /** A count of things that take at least a byte each. */
    static int length(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("expected at most " + in.remaining() + " but got " + length);
        }
        return length;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length * 2));
        }
    }
}
