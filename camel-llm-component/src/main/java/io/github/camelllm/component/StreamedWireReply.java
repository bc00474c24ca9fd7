package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.EventBuffer;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ChatServerCodec;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer on its way to a client. The route goes on when the first piece of content is there, so that whatever fails before
 * it fails the step like any other call; from then on the stream in the body carries the rest, errors included.
 */
final class StreamedWireReply implements CallObserver<WireAnswer> {
    private final WireReply reply;
    private final EventBuffer events = new EventBuffer();
    private final CompletableFuture<CallRecord> record = new CompletableFuture<>();
    private Optional<StreamEvent.Answering> answering = Optional.empty();
    private ChatServerCodec.@Nullable StreamEncoder encoder;
    private boolean begun;

    StreamedWireReply(WireReply reply) {
        this.reply = reply;
    }

    @Override
    public void started(CallHandle handle) {
        events.attach(handle);
        reply.continuation().started(handle);
    }

    @Override
    public void event(StreamEvent event) {
        if (event instanceof StreamEvent.Answering who) {
            answering = Optional.of(who);
        } else if (event instanceof StreamEvent.Passed) {
            events.put(event);
        } else {
            put(encoder().encode(WireReply.dated(event)));
        }
        if (!begun && event.isContent()) {
            begin();
        }
    }

    private ChatServerCodec.StreamEncoder encoder() {
        ChatServerCodec.StreamEncoder known = encoder;
        if (known == null) {
            known = reply.encoder();
            encoder = known;
        }
        return known;
    }

    private void put(byte[] bytes) {
        if (bytes.length > 0) {
            events.put(new StreamEvent.Passed(ByteBuffer.wrap(bytes), 0, 0));
        }
    }

    @Override
    public void completed(WireAnswer answer, CallRecord ended) {
        reply.continuation().over();
        record.complete(ended);
        events.end(null);
        if (!begun) {
            begin();
        }
    }

    @Override
    public void failed(LlmException failure, CallRecord ended) {
        reply.continuation().over();
        record.complete(ended);
        if (begun) {
            put(reply.error(failure, ended));
            events.end(failure);
        } else {
            begun = true;
            reply.continuation().fail(failure, ended);
        }
    }

    @Override
    public void cancelled(CallRecord ended) {
        failed(Answers.cancelled(ended), ended);
    }

    private void begin() {
        begun = true;
        Optional<StreamEvent.Answering> who = answering;
        reply.continuation().begin(() -> {
            LlmWireStream stream = new LlmWireStream(events, record);
            reply.set(stream, who);
            Exchange exchange = reply.continuation().exchange();
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
}
