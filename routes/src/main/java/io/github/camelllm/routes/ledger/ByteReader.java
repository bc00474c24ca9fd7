package io.github.camelllm.routes.ledger;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Reads what {@link ByteWriter} wrote. Not thread-safe. */
final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private final KnownTexts texts;
    private int at;

    ByteReader(byte[] bytes, int from, int length, KnownTexts texts) {
        this.texts = texts;
        this.bytes = bytes;
        this.at = from;
        this.end = from + length;
    }

    boolean atEnd() {
        return at == end;
    }

    int get() {
        need(1);
        return bytes[at++];
    }

    boolean flag() {
        return get() != 0;
    }

    long fixed() {
        need(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        return value;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int part = get();
            value |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new MalformedRecordException("a number of more than ten bytes");
    }

    /** A count of things that follow, each of at least one byte. */
    int count() {
        long count = number();
        if (count < 0 || count > end - at) {
            throw new MalformedRecordException(count + " things announced and " + (end - at) + " bytes left");
        }
        return (int) count;
    }

    OptionalLong optionalNumber() {
        return flag() ? OptionalLong.of(number()) : OptionalLong.empty();
    }

    UUID id() {
        long high = fixed();
        return new UUID(high, fixed());
    }

    String text() {
        int length = count();
        String text = texts.of(bytes, at, length);
        at += length;
        return text;
    }

    Optional<String> optionalText() {
        return flag() ? Optional.of(text()) : Optional.empty();
    }

    private void need(int count) {
        if (end - at < count) {
            throw new MalformedRecordException("ended " + (count - (end - at)) + " bytes early");
        }
    }
}
