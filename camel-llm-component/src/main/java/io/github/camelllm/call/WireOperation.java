package io.github.camelllm.call;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operation says on the wire and reads from it. Stateless and thread-safe.
 *
 * @param <Q> type of the request
 * @param <R> type of the result
 */
interface WireOperation<Q, R> {
    /** How many tokens an attempt may use. */
    AttemptSize size(Q request, CallTarget target);

    EncodedRequest encode(Q request, boolean stream, CallTarget target);

    R decode(byte[] body, WireHeaders headers, Q request, CallTarget target);

    Facts facts(R result);

    /**
     * Usage counted by ourselves, for answers whose provider reports none or that broke off.
     *
     * @param result empty if the answer broke off
     * @param partial what arrived of a stream that broke off
     */
    Optional<Usage> count(Q request, Optional<R> result, Optional<ChatResponse> partial, CallTarget target);

    /** How its answers stream; null if they do not. */
    default @Nullable Streaming<R> streaming() {
        return null;
    }

    /** What a record tells of a result. */
    record Facts(Optional<String> responseModel, Optional<FinishReason> finishReason, Optional<Usage> usage) {
        static final Facts NONE = new Facts(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** An operation whose answers can stream. */
    interface Streaming<R> {
        StreamDecoder decoder(CallTarget target);

        R ofStream(ChatResponse response);

        /** The answer whose events a whole result stands for. */
        ChatResponse toResponse(R result);
    }
}
