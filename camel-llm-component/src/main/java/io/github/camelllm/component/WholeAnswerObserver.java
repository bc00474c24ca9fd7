package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.chat.LlmException;

/** Waits for a whole answer, and fails the exchange's step if there is none. */
interface WholeAnswerObserver<R> extends CallObserver<R> {
    Continuation continuation();

    @Override
    default void started(CallHandle handle) {
        continuation().started(handle);
    }

    @Override
    default void failed(LlmException failure, CallRecord record) {
        continuation().fail(failure, record);
    }

    @Override
    default void cancelled(CallRecord record) {
        continuation().fail(Answers.cancelled(record), record);
    }
}
