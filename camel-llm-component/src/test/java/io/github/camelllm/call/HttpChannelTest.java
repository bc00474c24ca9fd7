package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.testing.Heard;
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
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Streams that go on and will never be an answer, over a transport that a test plays by hand. */
class HttpChannelTest {
    private final ManualTimer timer = new ManualTimer();
    private final PlayedTransport transport = new PlayedTransport();
    private final Heard heard = new Heard();

    /** Keeps the handler of the one request, for the test to call. */
    private static final class PlayedTransport implements HttpTransport, HttpExchange {
        private HttpHandler handler;
        private boolean cancelled;

        @Override
        public HttpExchange send(HttpRequest request, HttpHandler answers) {
            handler = answers;
            answers.onStart(this);
            return this;
        }

        void piece(String text) {
            String event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
            handler.onData(ByteBuffer.wrap(event.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public TransportStats stats() {
            return new TransportStats(0, 0, 0, 0);
        }

        @Override
        public void close() {}
    }

    private CallHandle stream(StreamLimits limits) {
        HttpChannel<ChatRequest, ChatResponse> channel = new HttpChannel<>(
                transport,
                new ChatOperation(TokenCounter.using(Tokenizers.NONE), TokenCounter.using(Tokenizers.NONE)),
                timer);
        CallTarget target =
                ScriptedChannel.target("openai", "gpt", RetryPolicy.NONE, CommitPolicy.FIRST_PIECE, limits, timer);
        ChatRequest request =
                ChatRequest.builder("gpt").message(ChatMessage.User.of("Hi")).build();
        CallHandle handle = channel.send(Call.of(Operation.CHAT, request, target, true, Map.of()), heard);
        transport.handler.onHead(200, WireHeaders.NONE);
        return handle;
    }

    @Test
    void aStreamBelowTheLeastRateTimesOut() {
        stream(new StreamLimits(1_000, 0));

        transport.piece("one");
        timer.advance(Duration.ofSeconds(11));
        transport.piece(" two");

        assertThat(heard.text()).isEqualTo("one");
        assertThat(heard.failure())
                .isInstanceOf(LlmTimeoutException.class)
                .hasMessage("openai/gpt: the stream brought less than 1000 bytes a second");
        assertThat(heard.record().errorType()).contains("slow_stream");
        assertThat(transport.cancelled).isTrue();
    }

    @Test
    void aReaderThatPausesIsNoSlowStream() {
        CallHandle handle = stream(new StreamLimits(1_000, 0));

        transport.piece("one");
        handle.pause();
        timer.advance(Duration.ofMinutes(5));
        handle.resume();
        transport.piece(" two");

        assertThat(heard.text()).isEqualTo("one two");
        assertThat(heard.end()).isEqualTo("is under way");
    }

    @Test
    void whiteSpaceWithoutEndIsNoAnswer() {
        stream(new StreamLimits(0, 10));

        transport.piece("{");
        transport.piece("      ");
        transport.piece("      ");

        assertThat(heard.text()).isEqualTo("{      ");
        assertThat(heard.failure())
                .isInstanceOf(LlmMalformedResponseException.class)
                .hasMessage("openai/gpt: the stream brought more than 10 characters of white space in a row");
        assertThat(heard.record().errorType()).contains("endless_whitespace");
        assertThat(transport.cancelled).isTrue();
    }
}
