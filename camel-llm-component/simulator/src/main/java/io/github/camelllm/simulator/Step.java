package io.github.camelllm.simulator;

import java.time.Duration;
import java.util.Map;

/** One thing that the simulator does while it answers; an answer is a sequence of them. */
sealed interface Step {
    /**
     * Status and headers.
     *
     * @param contentLength −1 if the length is not told
     */
    record Head(int status, Map<String, String> headers, long contentLength) implements Step {
        public Head {
            headers = Map.copyOf(headers);
        }
    }

    /** Bytes of the body. */
    record Write(byte[] bytes, Place place) implements Step {}

    /** Where in an answer bytes stand. */
    enum Place {
        /** Before and between content. */
        FRAME,
        /** A chunk of content of a stream. */
        CONTENT,
        /** What comes after the last content of a stream: finish, usage, end marker. */
        CLOSING,
        /** A buffered body. */
        BODY
    }

    /** So many bytes of padding between two texts, made as they are sent. */
    record Flood(String prefix, long bytes, String suffix) implements Step {}

    record Pause(Duration duration) implements Step {}

    /** Wait until released. */
    record Stall() implements Step {}

    /** The answer ends in good order. */
    record End() implements Step {}

    /** The connection closes (HTTP/2: the stream is reset). */
    record Close() implements Step {}

    /** The connection is reset (HTTP/2: the stream). */
    record Reset() implements Step {}

    /** The simulator stops to listen for that long. */
    record Refuse(Duration duration) implements Step {}
}
