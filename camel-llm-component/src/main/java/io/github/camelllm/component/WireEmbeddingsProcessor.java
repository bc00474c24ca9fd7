package io.github.camelllm.component;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireEmbeddings;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.EmbeddingsServerCodec;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Embeddings for clients with a wire format of their own. A provider that speaks it gets the client's bytes, unless a cache stands
 * before it; for others they are decoded and encoded.
 */
final class WireEmbeddingsProcessor implements OperationProcessor {
    private final LlmEndpoint endpoint;
    private final LlmEngine engine;
    private final WireFormats formats;

    WireEmbeddingsProcessor(LlmEndpoint endpoint) {
        this.endpoint = endpoint;
        engine = endpoint.getComponent().engine();
        formats = new WireFormats(endpoint);
    }

    @Override
    public void process(Exchange exchange, AsyncCallback callback) {
        Dialect dialect = formats.dialect(exchange);
        EmbeddingsServerCodec codec = dialect.embeddingsServer()
                .orElseThrow(() -> formats.invalid(
                        "llm:" + endpoint.getProvider() + ": wireFormat " + dialect.name() + " has no embeddings",
                        null));
        byte[] body = formats.body(exchange);
        CallTarget target = endpoint.target(endpoint.model(exchange), exchange);
        Continuation continuation = new Continuation(exchange, callback, engine.workers(), endpoint.getConfiguration());
        EmbeddingsDestination destination = new EmbeddingsDestination(endpoint, exchange, target);
        Optional<WireEmbeddings> scanned = WireEmbeddings.of(dialect, body);
        if (scanned.isPresent() && passes(scanned.get(), target)) {
            destination.send(scanned.get(), new Passed(destination, continuation));
            return;
        }
        EmbeddingsServerCodec.Served served = codec.decode(WireFormats.path(exchange), body);
        EmbeddingsRequest request = served.request().withModel(target.model());
        destination.send(request, new Vectors(served, destination, continuation));
    }

    /** A cache tells by texts which requests are the same. */
    private boolean passes(WireEmbeddings request, CallTarget target) {
        boolean isTaken = request.passesTo(target);
        if (request.hasTokens() && !isTaken) {
            throw formats.invalid(
                    "input: expected texts, since " + target.provider()
                            + " is not told token numbers of this client's API, got token numbers",
                    null);
        }
        return isTaken && (request.hasTokens() || endpoint.cache().isEmpty());
    }

    private record Passed(EmbeddingsDestination destination, Continuation continuation)
            implements WholeAnswerObserver<WireAnswer> {
        @Override
        public void completed(WireAnswer result, CallRecord record) {
            continuation.resume(() -> {
                Message message = continuation.exchange().getMessage();
                destination.finishPassed(record);
                message.setHeader(Exchange.CONTENT_TYPE, "application/json");
                message.setBody(((WireAnswer.Passed) result).body());
            });
        }
    }

    private record Vectors(
            EmbeddingsServerCodec.Served served, EmbeddingsDestination destination, Continuation continuation)
            implements WholeAnswerObserver<EmbeddingsResponse> {
        @Override
        public void completed(EmbeddingsResponse result, CallRecord record) {
            continuation.resume(() -> {
                Message message = continuation.exchange().getMessage();
                byte[] body = served.encode(result);
                destination.finish(result, record);
                message.setHeader(Exchange.CONTENT_TYPE, "application/json");
                message.setBody(body);
            });
        }
    }
}
