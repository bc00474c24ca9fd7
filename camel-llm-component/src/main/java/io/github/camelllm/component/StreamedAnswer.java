package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.EventBuffer;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer on its way into an exchange. The route goes on when the first piece of content is there, so that
 * whatever fails before it fails the step like any other call; from then on the stream in the body carries the rest.
 */
final class StreamedAnswer implements CallObserver<ChatResponse>, LlmStream.Ending {
    private final Continuation continuation;
    private final ChatProcessor processor;
    private final ChatRequest request;
    private final ChatDestination destination;
    private final Optional<StructuredOutput> schema;
    private final EventBuffer events = new EventBuffer();
    private boolean begun;
    private volatile @Nullable Ended ended;

    /** How the call ended. */
    private record Ended(@Nullable ChatResponse response, CallRecord record) {}

    StreamedAnswer(
            Continuation continuation,
            ChatProcessor processor,
            ChatRequest request,
            ChatDestination destination,
            Optional<StructuredOutput> schema) {
        this.continuation = continuation;
        this.processor = processor;
        this.request = request;
        this.destination = destination;
        this.schema = schema;
    }

    @Override
    public void started(CallHandle handle) {
        events.attach(handle);
        continuation.started(handle);
    }

    @Override
    public void event(StreamEvent event) {
        if (event instanceof StreamEvent.Answering) {
            return;
        }
        events.put(event);
        if (!begun && event.isContent()) {
            begin();
        }
    }

    @Override
    public void completed(ChatResponse response, CallRecord record) {
        continuation.over();
        ended = new Ended(response, record);
        events.end(null);
        if (!begun) {
            begin();
        }
    }

    @Override
    public void failed(LlmException failure, CallRecord record) {
        continuation.over();
        ended = new Ended(null, record);
        if (begun) {
            events.end(failure);
        } else {
            begun = true;
            continuation.fail(failure, record);
        }
    }

    @Override
    public void cancelled(CallRecord record) {
        failed(Answers.cancelled(record), record);
    }

    private void begin() {
        begun = true;
        continuation.begin(() -> {
            Exchange exchange = continuation.exchange();
            LlmStream stream = new LlmStream(events, () -> exchange.getException() != null, this);
            ResultHeaders.clearFailure(exchange);
            exchange.getMessage().setBody(stream);
            if (exchange.getFromRouteId() != null) {
                exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                    @Override
                    public void onDone(Exchange done) {
                        stream.closeWithExchange();
                    }
                });
            }
        });
    }

    @Override
    public void ended(boolean whole, boolean detached) {
        Ended end = ended;
        if (end == null) {
            // Closed early: the record is made when the provider's connection is closed, and goes to the listeners.
            return;
        }
        ChatResponse response = end.response();
        if (!detached) {
            Exchange exchange = continuation.exchange();
            if (whole && response != null) {
                processor.finish(exchange, request, destination, response, end.record());
            } else {
                ResultHeaders.set(exchange.getMessage(), end.record(), Optional.empty());
            }
        }
        if (whole && response != null) {
            requireAcceptable(response, end.record());
        }
    }

    private void requireAcceptable(ChatResponse response, CallRecord record) {
        if (schema.isEmpty()) {
            Answers.body(response, record);
            return;
        }
        StructuredOutput.Checked checked = Answers.check(response, schema.get(), record);
        if (!checked.isValid()) {
            throw Answers.doesNotConform(checked.problems(), 0, record);
        }
    }
}
