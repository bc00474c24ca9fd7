package io.github.camelllm.wire.sse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes server-sent events, as <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">the HTML
 * standard</a> describes them, with LF as the end of lines. A line end inside the data (CRLF, LF or CR) starts another
 * {@code data} line, which a reader joins with LF. Stateless and thread-safe.
 */
public final class SseEncoder {
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' '};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't', ':', ' '};

    private SseEncoder() {}

    /**
     * One event.
     *
     * @param event its name; empty for none
     * @param data its payload, such as a JSON text or {@code [DONE]}
     * @throws IllegalArgumentException if the name holds a line end
     */
    public static byte[] encode(String event, String data) {
        return encode(event, data.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * One event.
     *
     * @param event its name; empty for none
     * @param data its payload as UTF-8 text
     * @throws IllegalArgumentException if the name holds a line end
     */
    public static byte[] encode(String event, byte[] data) {
        byte[] name = line(event, "an event's name");
        int lines = 1;
        for (int i = 0; i < data.length; i++) {
            if (data[i] == '\n' || data[i] == '\r' && !isCrLf(data, i)) {
                lines++;
            }
        }
        int header = name.length == 0 ? 0 : EVENT.length + name.length + 1;
        // CRLF shrinks to LF, so this may be more than is used.
        byte[] out = new byte[header + data.length + lines * DATA.length + 2];
        int position = 0;
        if (header > 0) {
            position = put(EVENT, 0, EVENT.length, out, position);
            position = put(name, 0, name.length, out, position);
            out[position++] = '\n';
        }
        int start = 0;
        for (int i = 0; lines > 1 && i < data.length; i++) {
            if (data[i] == '\n' || data[i] == '\r') {
                position = dataLine(data, start, i, out, position);
                i = isCrLf(data, i) ? i + 1 : i;
                start = i + 1;
            }
        }
        position = dataLine(data, start, data.length, out, position);
        out[position++] = '\n';
        return position == out.length ? out : Arrays.copyOf(out, position);
    }

    /**
     * A comment, which readers skip; servers send them to keep a connection alive.
     *
     * @throws IllegalArgumentException if the text holds a line end
     */
    public static byte[] comment(String text) {
        byte[] line = line(text, "a comment");
        byte[] out = new byte[line.length + 4];
        out[0] = ':';
        out[1] = ' ';
        int position = put(line, 0, line.length, out, 2);
        out[position] = '\n';
        out[position + 1] = '\n';
        return out;
    }

    private static byte[] line(String text, String what) {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new IllegalArgumentException(what + " must be one line");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isCrLf(byte[] data, int i) {
        return data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n';
    }

    private static int dataLine(byte[] data, int from, int to, byte[] out, int position) {
        int next = put(DATA, 0, DATA.length, out, position);
        next = put(data, from, to, out, next);
        out[next] = '\n';
        return next + 1;
    }

    private static int put(byte[] in, int from, int to, byte[] out, int position) {
        System.arraycopy(in, from, out, position, to - from);
        return position + to - from;
    }
}
