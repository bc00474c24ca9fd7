package io.github.camelllm.component;

import io.github.camelllm.wire.sse.SseEncoder;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer as server-sent events: one {@code data} event for each piece of text, then {@code event: done}. A
 * stream that breaks off makes {@link #read} throw, so that the connection it is written to is cut and not ended well.
 */
final class LlmStreamInputStream extends InputStream {
    private final LlmStream stream;
    private byte[] event = new byte[0];
    private int position;
    private boolean done;

    LlmStreamInputStream(LlmStream stream) {
        this.stream = stream;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == event.length) {
            byte[] more = nextEvent();
            if (more == null) {
                return -1;
            }
            event = more;
            position = 0;
        }
        int count = Math.min(length, event.length - position);
        System.arraycopy(event, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() {
        return event.length - position;
    }

    @Override
    public void close() {
        stream.close();
    }

    private byte @Nullable [] nextEvent() throws IOException {
        if (done) {
            return null;
        }
        try {
            if (stream.hasNext()) {
                return SseEncoder.encode("", stream.next());
            }
        } catch (RuntimeException e) {
            done = true;
            throw new IOException("The streamed answer broke off: " + e.getMessage(), e);
        }
        done = true;
        return SseEncoder.encode("done", "{}");
    }
}
