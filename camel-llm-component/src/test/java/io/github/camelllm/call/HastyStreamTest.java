package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.router.Leg;
import io.github.camelllm.router.RoutedRequest;
import io.github.camelllm.router.RouterDefinition.Streams.OnBreak;
import io.github.camelllm.router.RoutingChannel;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.tokens.Tokenizers;
import io.github.camelllm.transport.HttpExchange;
import io.github.camelllm.transport.HttpHandler;
import io.github.camelllm.transport.HttpRequest;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.transport.TransportStats;
import io.github.camelllm.wire.WireHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Streams of a provider that answers before the thread that asked it has returned from asking. */
class HastyStreamTest {
    private static final int MOST_PIECES = 10 * EventBuffer.HIGH_WATER;

    private final ManualTimer timer = new ManualTimer();
    private final HastyTransport transport = new HastyTransport();
    private final CallChannels channels = new CallChannels(
            transport,
            Pricing::builtIn,
            TokenCounter.using(Tokenizers.NONE),
            TokenCounter.using(Tokenizers.NONE),
            new Guards(
                    Optional.of(attempt -> CompletableFuture.completedFuture(Permit.FREE)),
                    Optional.empty(),
                    Optional.empty()),
            List.of(),
            timer,
            new RetryBudgets(100, 10));
    private final EventBuffer events = new EventBuffer();
    private final ChatRequest request =
            ChatRequest.builder("gpt").message(ChatMessage.User.of("Hi")).build();
    private final CallTarget target = ScriptedChannel.target(
            "openai",
            "gpt",
            new RetryPolicy(2, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
            CommitPolicy.FIRST_PIECE,
            StreamLimits.DEFAULT,
            timer);

    /** Plays its stream while {@code send} runs, as an I/O thread can that is faster than the caller. */
    private static final class HastyTransport implements HttpTransport, HttpExchange {
        private boolean paused;
        private boolean cancelled;
        private int pieces;

        @Override
        public HttpExchange send(HttpRequest request, HttpHandler handler) {
            handler.onStart(this);
            handler.onHead(200, WireHeaders.NONE);
            byte[] piece = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"}}]}\n\n"
                    .getBytes(StandardCharsets.UTF_8);
            while (!paused && !cancelled && pieces < MOST_PIECES) {
                pieces++;
                handler.onData(ByteBuffer.wrap(piece));
            }
            return this;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public TransportStats stats() {
            return new TransportStats(0, 0, 0, 0);
        }

        @Override
        public void close() {}
    }

    /** Puts what it hears into the buffer. */
    private final class Filling<R> implements CallObserver<R> {
        @Override
        public void started(CallHandle handle) {
            events.attach(handle);
        }

        @Override
        public void event(StreamEvent event) {
            if (event.isContent()) {
                events.put(event);
            }
        }

        @Override
        public void completed(R result, CallRecord record) {
            throw new AssertionError("the stream has no end");
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            throw failure;
        }

        @Override
        public void cancelled(CallRecord record) {
            throw new AssertionError("nobody cancelled it");
        }
    }

    @Test
    void pauseAsSoonAsTheirBufferIsFull() {
        channels.chat().send(Call.of(Operation.CHAT, request, target, true, Map.of()), new Filling<>());

        assertThat(transport.pieces).isEqualTo(EventBuffer.HIGH_WATER);
    }

    @Test
    void pauseWhenTheyArePassedOnAsTheyAre() {
        WireRequest passed = WireRequest.of(
                WireRequest.Scanned.of(
                        Dialects.get("openai-chat"),
                        "",
                        "{\"model\":\"gpt\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                                .getBytes(StandardCharsets.UTF_8)),
                Map.of());

        channels.wireChat().send(Call.of(Operation.CHAT, passed, target, true, Map.of()), new Filling<>());

        assertThat(transport.pieces).isEqualTo(EventBuffer.HIGH_WATER);
    }

    @Test
    void pauseAlsoBehindARouter() {
        RoutingChannel.chat(channels.chat(), timer)
                .send(
                        new RoutedRequest<>(
                                "support",
                                request,
                                true,
                                Map.of(),
                                Deadline.NONE,
                                List.of(new Leg("openai/gpt", target, asked -> asked, true)),
                                (kind, failed, remaining) -> remaining,
                                Optional.empty(),
                                OnBreak.FAIL,
                                Optional.empty(),
                                CallTrace.NONE,
                                System.nanoTime()),
                        new Filling<>());

        assertThat(transport.pieces).isEqualTo(EventBuffer.HIGH_WATER);
    }
}
