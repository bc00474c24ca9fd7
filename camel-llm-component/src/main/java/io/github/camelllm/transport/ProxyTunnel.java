package io.github.camelllm.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Asks a proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6) and reads its answer up to the end of the head. */
final class ProxyTunnel {
    static final int BROKEN = -1;
    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private final ByteBuffer request;
    private final ByteBuffer answer = ByteBuffer.allocate(MAX_HEAD_BYTES);

    ProxyTunnel(Origin target, ProxySettings proxy) {
        StringBuilder head = new StringBuilder(128);
        head.append("CONNECT ")
                .append(target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(target)
                .append("\r\n");
        proxy.credentials().ifPresent(credentials -> head.append("Proxy-Authorization: ")
                .append(credentials.basic())
                .append("\r\n"));
        request = ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** What is left to be written of the request. */
    ByteBuffer request() {
        return request;
    }

    /** Where what the proxy sends is put. */
    ByteBuffer answer() {
        return answer;
    }

    /**
     * Looks at the answer so far.
     *
     * @param ended whether no more will come
     * @return 0 if the head is not complete, 200 for any 2xx, the status otherwise, {@link #BROKEN} if no HTTP came
     */
    int status(boolean ended) {
        int end = endOfHead();
        if (end < 0) {
            return ended || !answer.hasRemaining() ? BROKEN : 0;
        }
        String line = new String(answer.array(), 0, Math.min(end, 16), StandardCharsets.ISO_8859_1);
        if (!line.matches("(?s)HTTP/1\\.[01] [1-9][0-9]{2}.*")) {
            return BROKEN;
        }
        int status = Integer.parseInt(line.substring(9, 12));
        return status / 100 == 2 ? 200 : status;
    }

    private int endOfHead() {
        byte[] bytes = answer.array();
        for (int i = 3; i < answer.position(); i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }
}
