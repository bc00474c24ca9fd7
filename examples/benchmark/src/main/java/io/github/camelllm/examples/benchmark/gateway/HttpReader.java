package io.github.camelllm.examples.benchmark.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Cuts the bytes of an HTTP/1.1 connection into messages (RFC 9112), as cheaply as can be: who loads a server must take less of
 * a core than the server does. For peers that send one message and then wait for another.
 */
final class HttpReader {
    /** A whole answer of the upstream fits in, and the end of a stream. */
    private static final int TAIL_BYTES = 4096;

    private static final String BLANK_LINE = "\r\n\r\n";
    private static final String LENGTH = "\r\ncontent-length:";
    private static final String CHUNKED = "\r\ntransfer-encoding: chunked\r\n";

    private enum Part {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        WHOLE
    }

    private final ByteArrayOutputStream headBytes = new ByteArrayOutputStream(1024);
    private final byte[] tail = new byte[2 * TAIL_BYTES];
    private String head = "";
    private Part part = Part.WHOLE;
    private int tailLength;
    private long missing;
    private int matched;

    /**
     * Takes what came.
     *
     * @return whether a message ends with it
     * @throws IllegalStateException if an answer does not say how long it is, or something comes behind its end
     */
    boolean read(byte[] bytes) {
        if (part == Part.WHOLE) {
            headBytes.reset();
            tailLength = 0;
            begin(Part.HEAD);
        }
        int at = 0;
        while (at < bytes.length) {
            switch (part) {
                case HEAD:
                    at = readHead(bytes, at);
                    break;
                case BODY:
                    at = copy(bytes, at, Part.WHOLE);
                    break;
                case CHUNK_SIZE:
                    readSize(bytes[at++]);
                    break;
                case CHUNK:
                    at = copy(bytes, at, Part.CHUNK_END);
                    break;
                case CHUNK_END:
                    if (bytes[at++] == '\n') {
                        begin(Part.CHUNK_SIZE);
                    }
                    break;
                case TRAILER:
                    readTrailer(bytes[at++]);
                    break;
                default:
                    throw new IllegalStateException("something came behind the end of a message: " + head);
            }
        }
        return part == Part.WHOLE;
    }

    private void begin(Part next) {
        part = next;
        matched = 0;
        missing = 0;
    }

    private int readHead(byte[] bytes, int from) {
        int at = from;
        while (matched < BLANK_LINE.length() && at < bytes.length) {
            byte one = bytes[at++];
            matched = one == BLANK_LINE.charAt(matched) ? matched + 1 : one == '\r' ? 1 : 0;
        }
        headBytes.write(bytes, from, at - from);
        if (matched == BLANK_LINE.length()) {
            head = headBytes.toString(StandardCharsets.ISO_8859_1);
            frame(head.toLowerCase(Locale.ROOT));
        }
        return at;
    }

    private void frame(String lower) {
        int length = lower.indexOf(LENGTH);
        if (length >= 0) {
            int from = length + LENGTH.length();
            begin(Part.BODY);
            missing = Long.parseLong(
                    lower.substring(from, lower.indexOf('\r', from)).strip());
            if (missing == 0) {
                part = Part.WHOLE;
            }
        } else if (lower.contains(CHUNKED)) {
            begin(Part.CHUNK_SIZE);
        } else if (!head.startsWith("HTTP/")) {
            // RFC 9112 section 6.3: a request that does not say has no body
            part = Part.WHOLE;
        } else {
            throw new IllegalStateException("an answer does not say how long it is: " + head);
        }
    }

    private void readSize(byte digit) {
        if (digit != '\n') {
            // Extensions of a chunk are not sent by anyone here
            missing = digit == '\r' ? missing : missing * 16 + Character.digit(digit, 16);
        } else if (missing == 0) {
            begin(Part.TRAILER);
        } else {
            part = Part.CHUNK;
        }
    }

    /** Lines until an empty one. */
    private void readTrailer(byte one) {
        if (one == '\n' && matched == 0) {
            part = Part.WHOLE;
        } else if (one != '\r') {
            matched = one == '\n' ? 0 : 1;
        }
    }

    private int copy(byte[] bytes, int from, Part next) {
        int size = (int) Math.min(missing, bytes.length - from);
        keep(bytes, from, size);
        missing -= size;
        if (missing == 0) {
            begin(next);
        }
        return from + size;
    }

    private void keep(byte[] bytes, int from, int size) {
        int kept = Math.min(size, TAIL_BYTES);
        if (tailLength + kept > tail.length) {
            System.arraycopy(tail, tailLength - TAIL_BYTES, tail, 0, TAIL_BYTES);
            tailLength = TAIL_BYTES;
        }
        System.arraycopy(bytes, from + size - kept, tail, tailLength, kept);
        tailLength += kept;
    }

    /** First line and headers of the message, as they came. */
    String head() {
        return head;
    }

    /** The end of its body, as far as it has come: at least 4 KB, or all. */
    String tail() {
        return new String(tail, 0, tailLength, StandardCharsets.UTF_8);
    }

    /** Whether there is a text in {@link #tail}. */
    boolean hasInTail(byte[] text) {
        for (int start = tailLength - text.length; start >= 0; start--) {
            int same = 0;
            while (same < text.length && tail[start + same] == text[same]) {
                same++;
            }
            if (same == text.length) {
                return true;
            }
        }
        return false;
    }
}
