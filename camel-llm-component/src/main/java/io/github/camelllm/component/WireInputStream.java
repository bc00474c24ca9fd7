package io.github.camelllm.component;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a stream for a reader that waits for them. A stream that breaks off makes {@link #read} throw, after its error event, so
 * that the connection it is written to is cut and not ended well.
 */
final class WireInputStream extends PiecesInputStream {
    private final LlmWireStream stream;
    private boolean ended;

    WireInputStream(LlmWireStream stream) {
        this.stream = stream;
    }

    @Override
    @Nullable
    ByteBuffer next() throws IOException {
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
    public void close() {
        stream.close();
    }
}
