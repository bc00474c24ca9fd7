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
import java.util.concurrent.ThreadLocalRandom;

/**
 * The channels of all operations, wired up. The order in which a call passes, outermost first:
 *
 * <ol>
 *   <li>retrying: again after a failure, where that may help
 *   <li>committing: the beginning of a stream is held back, so that a failure in it can still be repeated
 *   <li>metering: cost, and one record for each attempt
 *   <li>health: how the target is doing
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
            HttpTransport transport,
            Pricing pricing,
            TokenCounter estimates,
            List<CallRecordListener> listeners,
            Timer timer,
            RetryBudgets retries) {
        chat = retrying(
                new CommittingChannel<>(
                        attempt(new HttpChannel<>(transport, new ChatOperation(estimates), timer), pricing, listeners),
                        timer),
                timer,
                retries);
        embeddings = new BatchingEmbeddingsChannel(retrying(
                attempt(new HttpChannel<>(transport, new EmbeddingsOperation(estimates), timer), pricing, listeners),
                timer,
                retries));
        models = attempt(new HttpChannel<>(transport, new ModelsOperation(), timer), pricing, listeners);
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

    private static <Q, R> CallChannel<Q, R> retrying(CallChannel<Q, R> channel, Timer timer, RetryBudgets budgets) {
        return new RetryingChannel<>(
                channel, timer, budgets, () -> ThreadLocalRandom.current().nextDouble());
    }

    private static <Q, R> CallChannel<Q, R> attempt(
            CallChannel<Q, R> http, Pricing pricing, List<CallRecordListener> listeners) {
        return new MeteredChannel<>(watched(http), pricing, listeners);
    }

    /** A channel whose calls count for the health of their targets. */
    public static <Q, R> CallChannel<Q, R> watched(CallChannel<Q, R> channel) {
        return new HealthChannel<>(channel);
    }
}
