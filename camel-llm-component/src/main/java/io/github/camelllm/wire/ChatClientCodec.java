package io.github.camelllm.wire;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;

/** The client half of a dialect: requests out, answers in. Stateless and thread-safe. */
public interface ChatClientCodec {
    /**
     * @param stream whether the answer should come as a stream, usage included
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the request holds something that the target lacks and
     *     that must not be dropped
     */
    EncodedRequest encode(ChatRequest request, boolean stream, WireTarget target);

    /**
     * Decodes a whole successful answer (status 2xx).
     *
     * @throws LlmException if the body reports an error, or is no answer
     *     ({@link io.github.camelllm.chat.LlmMalformedResponseException})
     */
    ChatResponse decode(byte[] body, WireHeaders headers, WireTarget target);

    /** A decoder for one streamed answer; its frames are server-sent events unless the dialect says otherwise. */
    StreamDecoder streamDecoder(WireTarget target);

    /**
     * The error that an answer with another status reports. Never fails itself: HTML pages, empty bodies and other
     * shapes give the class that the status stands for.
     */
    LlmException decodeError(int status, WireHeaders headers, byte[] body, WireTarget target);
}
