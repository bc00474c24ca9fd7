package io.github.camelllm.component;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.EmbeddingsServerCodec;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Embeddings for clients with a wire format of their own. They are decoded, asked for and encoded. */
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
        EmbeddingsServerCodec.Served served = codec.decode(WireFormats.path(exchange), formats.body(exchange));
        CallTarget target = endpoint.target(endpoint.model(exchange), exchange);
        EmbeddingsRequest asked = served.request();
        EmbeddingsRequest request = new EmbeddingsRequest(
                target.model(), asked.inputs(), asked.dimensions(), asked.taskType(), asked.user(), asked.extra());
        Continuation continuation = new Continuation(exchange, callback, engine.workers(), endpoint.getConfiguration());
        EmbeddingsDestination destination = new EmbeddingsDestination(endpoint, exchange, target);
        destination.send(request, new Vectors(served, destination, continuation));
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
