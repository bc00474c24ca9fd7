package io.github.camelllm.routes.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Writes the parts of a record into bytes that grow. Not thread-safe. */
final class ByteWriter {
    private static final int BEGIN = 512;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[BEGIN];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Leaves room for something that is known later. */
    void skip(int count) {
        ensure(count);
        length += count;
    }

    void setInt(int at, int value) {
        INTS.set(bytes, at, value);
    }

    void put(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    void flag(boolean value) {
        put(value ? 1 : 0);
    }

    void fixed(long value) {
        ensure(Long.BYTES);
        LONGS.set(bytes, length, value);
        length += Long.BYTES;
    }

    /** Small positive numbers take few bytes; each number has one form. */
    void number(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    void number(OptionalLong value) {
        flag(value.isPresent());
        if (value.isPresent()) {
            number(value.getAsLong());
        }
    }

    void id(UUID id) {
        fixed(id.getMostSignificantBits());
        fixed(id.getLeastSignificantBits());
    }

    void text(String text) {
        if (!ascii(text)) {
            utf8(text);
        }
    }

    /** Most texts are ASCII, and those need no array of their own. @return whether it was, else nothing was written */
    private boolean ascii(String text) {
        int begin = length;
        int chars = text.length();
        number(chars);
        ensure(chars);
        // Fields would be written again for each character
        byte[] to = bytes;
        int at = length;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length = begin;
                return false;
            }
            to[at + i] = (byte) c;
        }
        length = at + chars;
        return true;
    }

    private void utf8(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        ensure(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
    }

    void text(Optional<String> text) {
        flag(text.isPresent());
        if (text.isPresent()) {
            text(text.get());
        }
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
