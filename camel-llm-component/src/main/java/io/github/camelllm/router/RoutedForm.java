package io.github.camelllm.router;

import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseEvents;
import io.github.camelllm.chat.StreamEvent;
import java.util.List;

/**
 * What a routed call must be able to do with its requests and answers, whatever their form.
 *
 * @param <Q> type of the request
 * @param <R> type of the result
 */
interface RoutedForm<Q, R> {
    RoutedForm<ChatRequest, ChatResponse> CHAT = new RoutedForm<>() {
        @Override
        public ChatRequest adapt(ChatRequest request, Leg leg) {
            return leg.adapt().apply(request);
        }

        @Override
        public ContinuedAnswer continued(ChatRequest request) {
            return new ContinuedAnswer(request);
        }

        @Override
        public ChatRequest continuing(ChatRequest request, ContinuedAnswer begun) {
            return begun.request();
        }

        @Override
        public ChatResponse whole(ContinuedAnswer begun, ChatResponse last) {
            return begun.whole(last);
        }

        @Override
        public List<StreamEvent> events(ChatResponse answer) {
            return ChatResponseEvents.of(answer);
        }
    };

    /** An answer that is passed on has nothing that could be tested or continued, so these requests ask for neither. */
    RoutedForm<WireRequest, WireAnswer> WIRE = new RoutedForm<>() {
        @Override
        public WireRequest adapt(WireRequest request, Leg leg) {
            return request.adapted(leg.adapt(), leg.changesOnlyModel());
        }

        @Override
        public ContinuedAnswer continued(WireRequest request) {
            throw new IllegalArgumentException("an answer in a wire format is not continued by another model");
        }

        @Override
        public WireRequest continuing(WireRequest request, ContinuedAnswer begun) {
            throw new AssertionError(begun);
        }

        @Override
        public WireAnswer whole(ContinuedAnswer begun, WireAnswer last) {
            throw new AssertionError(begun);
        }

        @Override
        public List<StreamEvent> events(WireAnswer answer) {
            throw new AssertionError(answer);
        }
    };

    /** The request for a target. */
    Q adapt(Q request, Leg leg);

    /** Notes what is delivered of an answer, so that another model can continue it. */
    ContinuedAnswer continued(Q request);

    /** The request with what was delivered as the beginning of its answer. */
    Q continuing(Q request, ContinuedAnswer begun);

    /** The whole answer, of all models that wrote it. */
    R whole(ContinuedAnswer begun, R last);

    /** The events that a whole answer stands for. */
    List<StreamEvent> events(R answer);
}
