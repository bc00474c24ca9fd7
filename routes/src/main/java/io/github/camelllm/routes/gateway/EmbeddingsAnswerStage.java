package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.wire.gemini.GeminiServerAnswers;
import io.github.camelllm.wire.openai.OpenAiEmbeddingsServer;
import io.github.camelllm.wire.openai.OpenAiEmbeddingsServer.ServedEmbeddings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Embeddings as {@code llm:} gives them in the client's shape. */
public final class EmbeddingsAnswerStage extends GatewayStage {
    @Override
    boolean run(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        GatewayRequest asked = GatewayRequest.of(exchange);
        ServedEmbeddings served = exchange.getProperty(EmbeddingsRequestStage.SERVED, ServedEmbeddings.class);
        Long tokens = message.getHeader(LlmConstants.INPUT_TOKENS, Long.class);
        EmbeddingsResponse response = new EmbeddingsResponse(
                Optional.ofNullable(message.getHeader(LlmConstants.RESPONSE_MODEL, String.class)),
                vectors(message.getBody(List.class)),
                tokens == null
                        ? Optional.empty()
                        : Optional.of(Usage.builder().inputTokens(tokens).build()));
        message.setBody(
                asked.api() == ClientApi.GEMINI
                        ? GeminiServerAnswers.embeddings(response, asked.path())
                        : OpenAiEmbeddingsServer.encode(response, served));
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        callback.done(true);
        return true;
    }

    private static List<float[]> vectors(List<?> lists) {
        List<float[]> vectors = new ArrayList<>(lists.size());
        for (Object list : lists) {
            List<?> numbers = (List<?>) list;
            float[] vector = new float[numbers.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = ((Number) numbers.get(i)).floatValue();
            }
            vectors.add(vector);
        }
        return vectors;
    }
}
