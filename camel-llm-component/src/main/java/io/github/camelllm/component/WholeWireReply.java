package io.github.camelllm.component;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.WireAnswer;

/** Waits for a whole answer. */
record WholeWireReply(WireReply reply) implements WholeAnswerObserver<WireAnswer> {
    @Override
    public Continuation continuation() {
        return reply.continuation();
    }

    @Override
    public void completed(WireAnswer answer, CallRecord record) {
        reply.continuation().resume(() -> reply.set(answer, record));
    }
}
