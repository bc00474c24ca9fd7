package io.github.camelllm.component;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Embeddings: one text becomes a {@code List<Float>}, a list of texts a {@code List<List<Float>>} in the same order, in as
 * many requests as the provider's limit makes of them.
 */
final class EmbeddingsProcessor implements OperationProcessor {
    private final LlmEndpoint endpoint;
    private final LlmConfiguration configuration;
    private final LlmEngine engine;

    EmbeddingsProcessor(LlmEndpoint endpoint) {
        this.endpoint = endpoint;
        configuration = endpoint.getConfiguration();
        engine = endpoint.getComponent().engine();
    }

    @Override
    public void process(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        CallTarget target = endpoint.target(endpoint.model(exchange), exchange);
        Object body = message.getBody();
        boolean many = body instanceof Iterable || body instanceof Object[];
        Integer dimensions = message.getHeader(LlmConstants.DIMENSIONS, configuration.getDimensions(), Integer.class);
        EmbeddingsRequest request = new EmbeddingsRequest(
                target.model(),
                inputs(message, many, target),
                dimensions == null ? OptionalInt.empty() : OptionalInt.of(dimensions),
                Optional.ofNullable(configuration.getTaskType()),
                Optional.ofNullable(message.getHeader(LlmConstants.USER, configuration.getUser(), String.class)),
                endpoint.extra());
        Continuation continuation = new Continuation(exchange, callback, engine.workers(), configuration);
        EmbeddingsDestination destination = new EmbeddingsDestination(endpoint, exchange, target);
        destination.send(request, new Vectors(many, destination, continuation));
    }

    private List<String> inputs(Message message, boolean many, CallTarget target) {
        List<String> inputs = new ArrayList<>();
        if (many) {
            for (Object element : message.getBody(Iterable.class)) {
                inputs.add(text(message, element, target));
            }
        } else {
            inputs.add(text(message, message.getBody(), target));
        }
        if (inputs.isEmpty()) {
            throw invalid("the body holds no text to embed", target);
        }
        return inputs;
    }

    private static String text(Message message, Object value, CallTarget target) {
        String text = value == null
                ? null
                : message.getExchange()
                        .getContext()
                        .getTypeConverter()
                        .convertTo(String.class, message.getExchange(), value);
        if (text == null || text.isEmpty()) {
            throw invalid("each text to embed must have at least one character", target);
        }
        return text;
    }

    private static LlmInvalidRequestException invalid(String what, CallTarget target) {
        return new LlmInvalidRequestException(
                target + ": " + what,
                ErrorDetails.local(target.provider(), target.model(), "invalid_message_body", false),
                null);
    }

    private record Vectors(boolean many, EmbeddingsDestination destination, Continuation continuation)
            implements WholeAnswerObserver<EmbeddingsResponse> {
        @Override
        public void completed(EmbeddingsResponse result, CallRecord record) {
            continuation.resume(() -> {
                List<List<Float>> vectors = new ArrayList<>(result.vectors().size());
                result.vectors().forEach(vector -> vectors.add(boxed(vector)));
                destination.finish(result, record);
                continuation.exchange().getMessage().setBody(many ? vectors : vectors.get(0));
            });
        }

        private static List<Float> boxed(float[] vector) {
            List<Float> list = new ArrayList<>(vector.length);
            for (float value : vector) {
                list.add(value);
            }
            return list;
        }
    }
}
