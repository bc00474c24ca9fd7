package io.github.camelllm.call;

import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.WireHeaders;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
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
    Optional<Usage> count(Q request, Optional<R> result, Optional<R> partial, CallTarget target);

    /** How its answers stream; null if they do not. */
    default @Nullable Streaming<Q, R> streaming() {
        return null;
    }

    /** What a record tells of a result. */
    record Facts(Optional<String> responseModel, Optional<FinishReason> finishReason, Optional<Usage> usage) {
        static final Facts NONE = new Facts(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** An operation whose answers can stream. */
    interface Streaming<Q, R> {
        /** Begins to read a stream. */
        StreamReader<R> reader(Call<Q> call, StreamSink sink);

        /** Shows the events that a whole result stands for, where a provider sent one in place of a stream. */
        void replay(R result, Call<Q> call, Consumer<StreamEvent> events);
    }

    /** Gets what is read of a stream. Its methods throw if the stream must not go on. */
    interface StreamSink {
        void event(StreamEvent event);

        /** Words of the answer, where no event tells them. */
        void words(String text);
    }

    /** Reads one stream. Not thread-safe. */
    interface StreamReader<R> {
        /**
         * Takes the next bytes, all of them.
         *
         * @throws io.github.camelllm.chat.LlmException if the stream reports an error or cannot be read
         * @throws io.github.camelllm.wire.FrameDecoder.FrameTooLargeException if one of its events is too large
         */
        void read(ByteBuffer bytes);

        /**
         * The stream has ended.
         *
         * @throws io.github.camelllm.chat.LlmException if it must not have
         */
        R end();

        /** What has arrived so far. */
        R partial();
    }
}
