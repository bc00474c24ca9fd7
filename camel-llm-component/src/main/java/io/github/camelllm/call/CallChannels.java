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
import java.util.function.Supplier;

/**
 * The channels of all operations, wired up. The order in which a call passes, outermost first:
 *
 * <ol>
 *   <li>retrying: again after a failure, where that may help
 *   <li>committing: the beginning of a stream is held back, so that a failure in it can still be repeated
 *   <li>metering: one record for each attempt goes to all who listen
 *   <li>guarding: waits for limits and budgets, and keeps the books
 *   <li>pricing: the cost of each attempt
 *   <li>health: how the target is doing
 *   <li>HTTP: encode, sign, send, read, decode
 * </ol>
 */
public final class CallChannels {
    private final CallChannel<ChatRequest, ChatResponse> chat;
    private final CallChannel<WireRequest, WireAnswer> wireChat;
    private final CallChannel<EmbeddingsRequest, EmbeddingsResponse> embeddings;
    private final CallChannel<WireEmbeddings, WireAnswer> wireEmbeddings;
    private final CallChannel<Optional<String>, ModelsClientCodec.Page> models;
    private final Optional<CallLedger> ledger;
    private final List<CallRecordListener> listeners;

    /**
     * @param pricing prices at the time; an attempt costs what it did when it began
     * @param estimates counts tokens of answers whose provider reports no usage; must not block
     * @param exact counts tokens of requests that come near a budget's end
     * @param listeners get each attempt's record; may grow while calls run if the list is safe for it
     */
    public CallChannels(
            HttpTransport transport,
            Supplier<Pricing> pricing,
            TokenCounter estimates,
            TokenCounter exact,
            Guards guards,
            List<CallRecordListener> listeners,
            Timer timer,
            RetryBudgets retries) {
        Attempts attempts = new Attempts(transport, pricing, listeners, guards, timer);
        ChatOperation chatting = new ChatOperation(estimates, exact);
        chat = retrying(new CommittingChannel<>(attempts.guarded(chatting), timer), timer, retries);
        wireChat = retrying(
                new CommittingChannel<>(attempts.guarded(new WireChatOperation(chatting, estimates)), timer),
                timer,
                retries);
        EmbeddingsOperation embedding = new EmbeddingsOperation(estimates, exact);
        embeddings = new BatchingEmbeddingsChannel(retrying(attempts.guarded(embedding), timer, retries));
        wireEmbeddings = retrying(attempts.guarded(new WireEmbeddingsOperation(embedding)), timer, retries);
        models = attempts.free(new ModelsOperation());
        ledger = guards.ledger();
        this.listeners = listeners;
    }

    public CallChannel<ChatRequest, ChatResponse> chat() {
        return chat;
    }

    /** Chat for clients with a wire format of their own. */
    public CallChannel<WireRequest, WireAnswer> wireChat() {
        return wireChat;
    }

    /** Takes any number of inputs and sends as many requests as the provider's limit makes of them. */
    public CallChannel<EmbeddingsRequest, EmbeddingsResponse> embeddings() {
        return embeddings;
    }

    /** Embeddings for clients with a wire format of their own, of a target that takes the request as it is. */
    public CallChannel<WireEmbeddings, WireAnswer> wireEmbeddings() {
        return wireEmbeddings;
    }

    /** Lists one page; the request is the page's token. */
    public CallChannel<Optional<String>, ModelsClientCodec.Page> models() {
        return models;
    }

    /** Puts a call on the books and before the listeners for which no provider was asked, such as one answered from a cache. */
    public void publish(CallRecord record) {
        ledger.ifPresent(books -> books.settled(record, List.of()));
        MeteredChannel.publish(record, listeners);
    }

    private static <Q, R> CallChannel<Q, R> retrying(CallChannel<Q, R> channel, Timer timer, RetryBudgets budgets) {
        return new RetryingChannel<>(
                channel, timer, budgets, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** A channel whose calls count for the health of their targets. */
    public static <Q, R> CallChannel<Q, R> watched(CallChannel<Q, R> channel) {
        return new HealthChannel<>(channel);
    }

    /** The channels below retries. */
    private record Attempts(
            HttpTransport transport,
            Supplier<Pricing> pricing,
            List<CallRecordListener> listeners,
            Guards guards,
            Timer timer) {
        /** For operations that cost nothing. */
        <Q, R> CallChannel<Q, R> free(WireOperation<Q, R> operation) {
            return new MeteredChannel<>(priced(operation), listeners);
        }

        <Q, R> CallChannel<Q, R> guarded(WireOperation<Q, R> operation) {
            return guards.isEmpty()
                    ? free(operation)
                    : new MeteredChannel<>(
                            new GuardedChannel<>(priced(operation), operation, guards, pricing, timer), listeners);
        }

        private <Q, R> CallChannel<Q, R> priced(WireOperation<Q, R> operation) {
            return new PricedChannel<>(watched(new HttpChannel<>(transport, operation, timer)), pricing);
        }
    }
}
