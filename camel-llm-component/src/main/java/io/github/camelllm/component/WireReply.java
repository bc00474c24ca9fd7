package io.github.camelllm.component;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What a client's request becomes on its exchange.
 *
 * @param router name of the router that chooses the model; empty without one
 */
record WireReply(WireRequest request, Continuation continuation, Optional<String> router, CacheStatus cache) {
    private static final String JSON = "application/json";
    private static final String EVENT_STREAM = "text/event-stream";

    /** Whether the answer came from the cache, or why not; empty without a cache. */
    interface CacheStatus {
        Optional<String> get();
    }

    /** A whole answer. */
    void set(WireAnswer answer, CallRecord record) {
        byte[] body;
        Message message = continuation.exchange().getMessage();
        if (answer instanceof WireAnswer.Passed passed) {
            body = passed.body();
            ResultHeaders.set(message, record, Optional.empty());
            ResultHeaders.setResponseId(message, passed.facts().id());
        } else {
            WireAnswer.Decoded decoded = (WireAnswer.Decoded) answer;
            body = codec().encode(dated(decoded.response()), request.decoded());
            ResultHeaders.set(message, record, Optional.of(decoded.response()));
        }
        ResultHeaders.clearFailure(continuation.exchange());
        ResultHeaders.setCacheStatus(message, record, cache.get());
        message.setHeader(Exchange.CONTENT_TYPE, JSON);
        message.setBody(body);
    }

    /** An answer that begins. */
    void set(LlmWireStream stream, Optional<StreamEvent.Answering> answering) {
        Exchange exchange = continuation.exchange();
        ResultHeaders.clearFailure(exchange);
        ResultHeaders.setBegun(exchange.getMessage(), answering, router, cache.get());
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, EVENT_STREAM);
        exchange.getMessage().setBody(stream);
    }

    /** Some formats say when an answer was made, and some providers do not: then it is now. */
    private static ChatResponse dated(ChatResponse answer) {
        return answer.created().isPresent()
                ? answer
                : new ChatResponse(
                        answer.id(),
                        answer.model(),
                        Optional.of(Instant.now()),
                        answer.choices(),
                        answer.usage(),
                        answer.systemFingerprint(),
                        answer.extensions());
    }

    /** The same for the beginning of a stream. */
    static StreamEvent dated(StreamEvent event) {
        return event instanceof StreamEvent.Started started && started.created().isEmpty()
                ? new StreamEvent.Started(
                        started.id(), started.model(), Optional.of(Instant.now()), started.systemFingerprint())
                : event;
    }

    /** An encoder for the events of an answer that is decoded. */
    ChatServerCodec.StreamEncoder encoder() {
        return codec().streamEncoder(request.decoded());
    }

    /** The dialect's event for a failure within a stream, with the id of the call where the dialect has a place for one. */
    byte[] error(LlmException failure, CallRecord record) {
        ChatRequest nothing = ChatRequest.builder(request.scan().model()).build();
        return codec().streamEncoder(new ServedRequest(nothing, true, true))
                .error(failure.withRequestId(record.callId().toString()));
    }

    private ChatServerCodec codec() {
        return request.dialect().server();
    }
}
