package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * Chat for clients with a wire format of their own. Where nothing but the client's request matters it goes on its way as it is; where
 * options, headers, a cache or a router's tests have a say it is decoded, and goes the way of any other.
 */
final class WireChatProcessor implements OperationProcessor {
    private final LlmEndpoint endpoint;
    private final LlmEngine engine;
    private final WireFormats formats;
    private final ChatRequestFactory requests;

    /** @param requests adds what options and headers say to a request */
    WireChatProcessor(LlmEndpoint endpoint, ChatRequestFactory requests) {
        this.endpoint = endpoint;
        this.requests = requests;
        engine = endpoint.getComponent().engine();
        formats = new WireFormats(endpoint);
    }

    @Override
    public void process(Exchange exchange, AsyncCallback callback) {
        WireRequest request = formats.request(exchange);
        LlmEndpoint.Asked asked = endpoint.asked(exchange);
        Continuation continuation = new Continuation(exchange, callback, engine.workers(), endpoint.getConfiguration());
        Optional<ChatDestination.Cacheable> direct =
                requests.addsNothing(exchange.getMessage()) ? asked.wireDestination() : Optional.empty();
        if (direct.isPresent()) {
            ChatDestination.Cacheable destination = direct.get();
            reply(
                    new WireReply(request, continuation, asked.router(), Optional::empty),
                    observer -> destination.send(
                            request,
                            asked.trace().isOn()
                                    ? asked.trace()
                                            .begin(
                                                    TracedDestination.asked(
                                                            destination, request.scan().stream(), Optional.empty()),
                                                    ExchangeTrace.WIRE,
                                                    observer)
                                    : observer));
            return;
        }
        ChatDestination destination = asked.destination(Optional.empty());
        ServedRequest served = request.decoded();
        ChatRequest complete = requests.complete(exchange, served.request(), destination.model(), Optional.empty());
        reply(
                new WireReply(request, continuation, asked.router(), destination::cacheStatus),
                observer -> destination.send(complete, served.stream(), new Decoded(observer)));
    }

    private interface Sending {
        void send(CallObserver<WireAnswer> observer);
    }

    private static void reply(WireReply reply, Sending sending) {
        if (reply.request().scan().stream()) {
            sending.send(new StreamedWireReply(reply));
        } else {
            sending.send(new WholeWireReply(reply));
        }
    }

    /** Takes decoded answers for one that takes those of any form. */
    private record Decoded(CallObserver<WireAnswer> observer) implements CallObserver<ChatResponse> {
        @Override
        public void started(CallHandle handle) {
            observer.started(handle);
        }

        @Override
        public void event(StreamEvent event) {
            observer.event(event);
        }

        @Override
        public void completed(ChatResponse result, CallRecord record) {
            observer.completed(new WireAnswer.Decoded(result), record);
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            observer.failed(failure, record);
        }

        @Override
        public void cancelled(CallRecord record) {
            observer.cancelled(record);
        }
    }
}
