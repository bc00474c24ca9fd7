package io.github.camelllm.examples.benchmark;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Takes all pieces of a stream as fast as they come; completes with their number. */
final class Pieces extends CompletableFuture<Integer> implements Flow.Subscriber<String> {
    private final Consumer<String> piece;
    private int count;

    Pieces(Consumer<String> piece) {
        this.piece = piece;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String text) {
        count++;
        piece.accept(text);
    }

    @Override
    public void onError(Throwable failure) {
        completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        complete(count);
    }
}
