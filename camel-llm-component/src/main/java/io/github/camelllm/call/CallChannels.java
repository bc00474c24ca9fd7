package io.github.camelllm.call;

import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.wire.ModelsClientCodec;
import java.util.List;
import java.util.Optional;

/**
 * The channels of all operations, wired up. The order in which a call passes, outermost first:
 *
 * <ol>
 *   <li>metering: cost, and one record for each attempt
 *   <li>HTTP: encode, sign, send, read, decode
 * </ol>
 */
public final class CallChannels {
    private final CallChannel<ChatRequest, ChatResponse> chat;
    private final CallChannel<EmbeddingsRequest, EmbeddingsResponse> embeddings;
    private final CallChannel<Optional<String>, ModelsClientCodec.Page> models;

    /**
     * @param pricing prices of finished attempts
     * @param estimates counts tokens of answers whose provider reports no usage; must not block
     * @param listeners get each attempt's record; may grow while calls run if the list is safe for it
     */
    public CallChannels(
            HttpTransport transport, Pricing pricing, TokenCounter estimates, List<CallRecordListener> listeners) {
        chat = metered(new HttpChannel<>(transport, new ChatOperation(estimates)), pricing, listeners);
        embeddings = new BatchingEmbeddingsChannel(
                metered(new HttpChannel<>(transport, new EmbeddingsOperation(estimates)), pricing, listeners));
        models = metered(new HttpChannel<>(transport, new ModelsOperation()), pricing, listeners);
    }

    public CallChannel<ChatRequest, ChatResponse> chat() {
        return chat;
    }

    /** Takes any number of inputs and sends as many requests as the provider's limit makes of them. */
    public CallChannel<EmbeddingsRequest, EmbeddingsResponse> embeddings() {
        return embeddings;
    }

    /** Lists one page; the request is the page's token. */
    public CallChannel<Optional<String>, ModelsClientCodec.Page> models() {
        return models;
    }

    private static <Q, R> CallChannel<Q, R> metered(
            CallChannel<Q, R> channel, Pricing pricing, List<CallRecordListener> listeners) {
        return new MeteredChannel<>(channel, pricing, listeners);
    }
}
