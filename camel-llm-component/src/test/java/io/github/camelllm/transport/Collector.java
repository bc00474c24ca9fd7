package io.github.camelllm.transport;

import io.github.camelllm.wire.WireHeaders;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Gathers an answer for a test, and fails it if callbacks overlap, or come before the start or after the end. */
class Collector implements HttpHandler {
    private static final long PATIENCE_SECONDS = 20;

    private final AtomicInteger running = new AtomicInteger();
    private final CompletableFuture<Integer> head = new CompletableFuture<>();
    private final CompletableFuture<Void> firstData = new CompletableFuture<>();
    private final CompletableFuture<TransportException> failure = new CompletableFuture<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private volatile WireHeaders headers = WireHeaders.NONE;
    private volatile String violation = "";
    private volatile boolean started;

    @Override
    public void onStart(HttpExchange exchange) {
        started = true;
    }

    @Override
    public void onHead(int status, WireHeaders received) {
        callback(() -> {
            headers = received;
            head.complete(status);
        });
    }

    @Override
    public void onData(ByteBuffer bytes) {
        callback(() -> {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            synchronized (body) {
                body.writeBytes(copy);
            }
            firstData.complete(null);
        });
    }

    @Override
    public void onEnd() {
        callback(() -> {
            end.complete(text());
            over.complete(null);
        });
    }

    @Override
    public void onFailure(TransportException reason) {
        callback(() -> {
            failure.complete(reason);
            over.complete(null);
        });
    }

    private void callback(Runnable work) {
        if (running.getAndIncrement() != 0) {
            violation = "two callbacks at once";
        }
        if (!started) {
            violation = "a callback before the start";
        }
        if (over.isDone()) {
            violation = "a callback after the end";
        }
        work.run();
        running.decrementAndGet();
    }

    int awaitHead() {
        return await(CompletableFuture.anyOf(head, over).thenApply(ignored -> head.getNow(-1)), "head");
    }

    void awaitFirstData() {
        await(firstData, "data");
    }

    /** The body of an answer that ended well. */
    String awaitEnd() {
        await(over, "end");
        if (failure.isDone()) {
            throw new AssertionError("failed instead of ending", failure.join());
        }
        check();
        return end.join();
    }

    TransportException awaitFailure() {
        await(over, "failure");
        if (!failure.isDone()) {
            throw new AssertionError("ended well instead of failing, with status " + head.join());
        }
        check();
        return failure.join();
    }

    /** Waits for the end of either kind. */
    Optional<TransportException> awaitOver() {
        await(over, "end");
        check();
        return Optional.ofNullable(failure.getNow(null));
    }

    boolean isOver() {
        return over.isDone();
    }

    WireHeaders headers() {
        return headers;
    }

    int size() {
        synchronized (body) {
            return body.size();
        }
    }

    String text() {
        synchronized (body) {
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    private void check() {
        if (!violation.isEmpty()) {
            throw new AssertionError(violation);
        }
    }

    private static <T> T await(CompletableFuture<T> future, String what) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new AssertionError("no " + what + " within " + PATIENCE_SECONDS + " seconds", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }
}
