package io.github.camelllm.wire;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;

/** The server half of a dialect: requests in, answers out. Stateless and thread-safe. */
public interface ChatServerCodec {
    /**
     * @param path path and query of the request, for dialects that say model or streaming there
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is no request of this dialect; the message
     *     names the member, what was expected and what came
     */
    ServedRequest decode(String path, byte[] body);

    /** A whole answer as UTF-8 JSON. */
    byte[] encode(ChatResponse response, ServedRequest request);

    /** An encoder for one streamed answer. */
    StreamEncoder streamEncoder(ServedRequest request);

    /** HTTP status that the dialect uses for this failure. */
    int statusOf(LlmException failure);

    /** An error body as UTF-8 JSON. It says what {@link LlmException#getMessage()} says. */
    byte[] encodeError(LlmException failure);

    /**
     * A decoded request.
     *
     * @param stream whether the client wants a stream
     * @param streamUsage whether the client wants usage at the end of the stream
     */
    record ServedRequest(ChatRequest request, boolean stream, boolean streamUsage) {}

    /** Turns the events of one answer into the bytes of a stream. Not thread-safe. */
    interface StreamEncoder {
        /** Bytes to send for this event; empty if it has none of its own. */
        byte[] encode(StreamEvent event);

        /** Bytes that report a failure after the stream began. */
        byte[] error(LlmException failure);
    }
}
