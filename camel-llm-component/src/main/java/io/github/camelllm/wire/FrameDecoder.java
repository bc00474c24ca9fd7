package io.github.camelllm.wire;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Cuts a byte stream into frames, whatever the chunks it arrives in. Not thread-safe. */
public interface FrameDecoder {
    /**
     * Takes the next bytes of the stream, all of them.
     *
     * @param frames receives each frame that these bytes complete, in order
     * @throws FrameTooLargeException if a frame exceeds the decoder's limit
     */
    void decode(ByteBuffer bytes, Consumer<Frame> frames);

    /**
     * The stream ended. A frame that its framing does not end is dropped or delivered, as the framing's specification
     * says.
     */
    void end(Consumer<Frame> frames);

    /** Bytes held of a frame that is not complete yet. */
    int pendingBytes();

    /** A frame is larger than the limit set for it. */
    final class FrameTooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public FrameTooLargeException(int limitBytes) {
            super("a stream event exceeds the limit of " + limitBytes + " bytes");
        }
    }
}
