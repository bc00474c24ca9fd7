package io.github.camelllm.component;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a stream for a reader that waits for them. A stream that breaks off makes {@link #read} throw, after its error event, so
 * that the connection it is written to is cut and not ended well.
 */
final class WireInputStream extends InputStream {
    private final LlmWireStream stream;
    private @Nullable ByteBuffer bytes;
    private boolean ended;

    WireInputStream(LlmWireStream stream) {
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
        ByteBuffer next = bytes;
        if (next == null || !next.hasRemaining()) {
            next = take();
            bytes = next;
        }
        if (next == null) {
            return -1;
        }
        int count = Math.min(length, next.remaining());
        next.get(target, offset, count);
        return count;
    }

    private @Nullable ByteBuffer take() throws IOException {
        if (ended) {
            return null;
        }
        try {
            ByteBuffer next = stream.take();
            ended = next == null;
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stream.close();
            throw new InterruptedIOException("Interrupted while waiting for a streamed answer");
        } catch (RuntimeException e) {
            ended = true;
            throw new IOException("The streamed answer broke off: " + e.getMessage(), e);
        }
    }

    @Override
    public int available() {
        ByteBuffer here = bytes;
        return here == null ? 0 : here.remaining();
    }

    @Override
    public void close() {
        stream.close();
    }
}
