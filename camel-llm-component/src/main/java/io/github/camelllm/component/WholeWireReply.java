package io.github.camelllm.component;

import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.chat.LlmException;

/** Waits for a whole answer. */
record WholeWireReply(WireReply reply) implements CallObserver<WireAnswer> {
    @Override
    public void completed(WireAnswer answer, CallRecord record) {
        reply.continuation().resume(() -> reply.set(answer, record));
    }

    @Override
    public void failed(LlmException failure, CallRecord record) {
        reply.continuation().fail(failure);
    }

    @Override
    public void cancelled(CallRecord record) {
        reply.continuation().fail(Answers.cancelled(record));
    }
}
