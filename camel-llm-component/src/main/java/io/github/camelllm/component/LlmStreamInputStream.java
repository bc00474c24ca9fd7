package io.github.camelllm.component;

import io.github.camelllm.wire.sse.SseEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer as server-sent events: one {@code data} event for each piece of text, then {@code event: done}. A
 * stream that breaks off makes {@link #read} throw, so that the connection it is written to is cut and not ended well.
 */
final class LlmStreamInputStream extends PiecesInputStream {
    private final LlmStream stream;
    private boolean done;

    LlmStreamInputStream(LlmStream stream) {
        this.stream = stream;
    }

    @Override
    public void close() {
        stream.close();
    }

    @Override
    @Nullable
    ByteBuffer next() throws IOException {
        if (done) {
            return null;
        }
        try {
            if (stream.hasNext()) {
                return ByteBuffer.wrap(SseEncoder.encode("", stream.next()));
            }
        } catch (RuntimeException e) {
            done = true;
            throw new IOException("The streamed answer broke off: " + e.getMessage(), e);
        }
        done = true;
        return ByteBuffer.wrap(SseEncoder.encode("done", "{}"));
    }
}
