package io.github.camelllm.call;

import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a list of inputs to the provider's limit and sends the pieces one after the other, each with a record of its own.
 * The observer gets all vectors in order and a record whose usage and cost are the sums; a piece that fails ends it.
 */
final class BatchingEmbeddingsChannel implements CallChannel<EmbeddingsRequest, EmbeddingsResponse> {
    private final CallChannel<EmbeddingsRequest, EmbeddingsResponse> next;

    BatchingEmbeddingsChannel(CallChannel<EmbeddingsRequest, EmbeddingsResponse> next) {
        this.next = next;
    }

    @Override
    public CallHandle send(Call<EmbeddingsRequest> call, CallObserver<EmbeddingsResponse> observer) {
        int limit;
        try {
            limit = EmbeddingsOperation.codec(call.target())
                    .maxInputs(call.target().wire());
        } catch (LlmException e) {
            // The next channel meets the same error and reports it with a record.
            return next.send(call, observer);
        }
        if (call.request().inputs().size() <= limit) {
            return next.send(call, observer);
        }
        Sequence sequence = new Sequence(call, observer, limit);
        observer.started(sequence);
        sequence.sendNext();
        return sequence;
    }

    private final class Sequence implements CallHandle, CallObserver<EmbeddingsResponse> {
        private final Call<EmbeddingsRequest> call;
        private final CallObserver<EmbeddingsResponse> observer;
        private final int limit;
        private final List<float[]> vectors = new ArrayList<>();
        private @Nullable CallRecord sum;
        private volatile int sent;
        private final LaterHandle handle = new LaterHandle();

        Sequence(Call<EmbeddingsRequest> call, CallObserver<EmbeddingsResponse> observer, int limit) {
            this.call = call;
            this.observer = observer;
            this.limit = limit;
        }

        void sendNext() {
            List<String> inputs = call.request().inputs();
            int end = Math.min(sent + limit, inputs.size());
            List<String> piece = inputs.subList(sent, end);
            sent = end;
            next.send(call.withRequest(call.request().withInputs(piece)), this);
        }

        @Override
        public void started(CallHandle piece) {
            handle.set(piece);
        }

        @Override
        public void completed(EmbeddingsResponse result, CallRecord record) {
            vectors.addAll(result.vectors());
            CallRecord before = sum;
            CallRecord total = before == null ? record : record.plus(before);
            sum = total;
            if (handle.isCancelled()) {
                observer.cancelled(total);
            } else if (sent < call.request().inputs().size()) {
                sendNext();
            } else {
                Optional<Usage> usage = total.usage();
                observer.completed(new EmbeddingsResponse(result.model(), vectors, usage), total);
            }
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            observer.failed(failure, record);
        }

        @Override
        public void cancelled(CallRecord record) {
            observer.cancelled(record);
        }

        @Override
        public void cancel() {
            handle.cancel();
        }

        @Override
        public void pause() {
            // Answers come whole, so there is nothing to hold back.
        }

        @Override
        public void resume() {
            // See pause().
        }
    }
}
