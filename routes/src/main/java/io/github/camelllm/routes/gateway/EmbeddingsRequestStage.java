package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.wire.gemini.GeminiServerAnswers;
import io.github.camelllm.wire.openai.OpenAiEmbeddingsServer;
import io.github.camelllm.wire.openai.OpenAiEmbeddingsServer.ServedEmbeddings;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** A client's request for embeddings as the message that {@code llm:} takes. */
public final class EmbeddingsRequestStage extends GatewayStage {
    /** Exchange property with the {@link ServedEmbeddings}. */
    static final String SERVED = "CamelLlmGatewayEmbeddings";

    @Override
    boolean run(Exchange exchange, AsyncCallback callback) {
        GatewayRequest asked = GatewayRequest.of(exchange);
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        ServedEmbeddings served = asked.api() == ClientApi.GEMINI
                ? new ServedEmbeddings(GeminiServerAnswers.decodeEmbeddings(asked.path(), body), false)
                : OpenAiEmbeddingsServer.decode(body);
        EmbeddingsRequest request = served.request();
        exchange.setProperty(SERVED, served);
        message.setBody(request.inputs());
        request.dimensions().ifPresent(number -> message.setHeader(LlmConstants.DIMENSIONS, number));
        request.user().ifPresent(user -> message.setHeader(LlmConstants.USER, user));
        callback.done(true);
        return true;
    }
}
