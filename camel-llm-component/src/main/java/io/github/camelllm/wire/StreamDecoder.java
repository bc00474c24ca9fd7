package io.github.camelllm.wire;

import io.github.camelllm.chat.StreamEvent;
import java.util.List;

/** Turns the frames of one streamed answer into events. Not thread-safe. */
public interface StreamDecoder {
    /**
     * Events that this frame completes; empty if none. Frames come in wire order.
     *
     * @throws io.github.camelllm.chat.LlmException if the frame reports an error of the provider (class by its kind) or
     *     cannot be read ({@link io.github.camelllm.chat.LlmMalformedResponseException})
     */
    List<StreamEvent> decode(Frame frame);

    /**
     * Called once, when the stream has ended; gives the last events, {@link StreamEvent.Completed} last.
     *
     * @throws io.github.camelllm.chat.LlmMalformedResponseException if the stream stopped before its end marker
     */
    List<StreamEvent> end();

    /** Frames and members that were skipped because this version does not know them. */
    default int skipped() {
        return 0;
    }
}
