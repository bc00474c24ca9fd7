package io.github.camelllm.cache;

import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.StreamEvent;
import java.util.List;
import java.util.Optional;

/**
 * What the cache must know of the answers of one operation.
 *
 * @param <R> their type, a record
 */
interface AnswerKind<R> {
    Operation operation();

    CachedAnswerCodec<R> codec();

    /** Whether an answer is one that may be given again: whole, not withheld, and not bound to what a provider keeps. */
    boolean isWhole(R answer);

    /** The model that gave it, in the provider's words. */
    Optional<String> model(R answer);

    Optional<FinishReason> finish(R answer);

    /** The answer as a stream; none if this operation has no streams. */
    List<StreamEvent> events(R answer);
}
