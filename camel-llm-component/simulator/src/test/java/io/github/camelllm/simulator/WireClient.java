package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import io.github.camelllm.wire.anthropic.AnthropicDialect;
import io.github.camelllm.wire.gemini.GeminiDialect;
import io.github.camelllm.wire.openai.OpenAiChatDialect;
import io.github.camelllm.wire.sse.SseDecoder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Asks a simulator over real HTTP/1.1 and reads its answers with the client halves of the dialects. */
final class WireClient {
    private static final int MAX_FRAME = 64 << 20;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Simulator simulator;
    private final SimulatedDialect dialect;
    private final String model;

    WireClient(Simulator simulator, SimulatedDialect dialect) {
        this(simulator, dialect, "sim-large");
    }

    WireClient(Simulator simulator, SimulatedDialect dialect, String model) {
        this.simulator = simulator;
        this.dialect = dialect;
        this.model = model;
    }

    ChatRequest.Builder request(String text) {
        return ChatRequest.builder(model).message(ChatMessage.User.of(text)).maxOutputTokens(2_000);
    }

    HttpRequest http(ChatRequest request, boolean stream, String... headers) {
        EncodedRequest encoded = codec().chat().encode(request, stream, target());
        return post(encoded.path(), encoded.body(), headers);
    }

    HttpRequest post(String path, byte[] body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(simulator.baseUrl(dialect) + path))
                .timeout(Duration.ofSeconds(20))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return withHeaders(builder, headers);
    }

    HttpRequest get(String path, String... headers) {
        return withHeaders(
                HttpRequest.newBuilder(URI.create(simulator.baseUrl(dialect) + path))
                        .timeout(Duration.ofSeconds(20)),
                headers);
    }

    private HttpRequest withHeaders(HttpRequest.Builder builder, String... headers) {
        if (dialect == SimulatedDialect.ANTHROPIC) {
            builder.header("anthropic-version", "2023-06-01");
        }
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        return builder.build();
    }

    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return http.send(request, handler);
    }

    /** Sends and decodes; fails as the dialect's codec does. */
    ChatResponse answer(ChatRequest request, boolean stream, String... headers)
            throws IOException, InterruptedException {
        return decode(send(http(request, stream, headers)), stream);
    }

    ChatResponse decode(HttpResponse<byte[]> response, boolean stream) {
        WireHeaders headers = headers(response);
        if (response.statusCode() != 200) {
            throw codec().chat().decodeError(response.statusCode(), headers, response.body(), target());
        }
        return stream
                ? ChatResponseFold.fold(events(response.body()))
                : codec().chat().decode(response.body(), headers, target());
    }

    List<StreamEvent> events(byte[] body) {
        StreamDecoder decoder = codec().chat().streamDecoder(target());
        SseDecoder frames = new SseDecoder(MAX_FRAME);
        List<StreamEvent> events = new ArrayList<>();
        frames.decode(ByteBuffer.wrap(body), frame -> events.addAll(decoder.decode(frame)));
        frames.end(frame -> events.addAll(decoder.decode(frame)));
        events.addAll(decoder.end());
        return events;
    }

    Dialect codec() {
        switch (dialect) {
            case OPENAI:
                return new OpenAiChatDialect();
            case ANTHROPIC:
                return new AnthropicDialect();
            default:
                return new GeminiDialect();
        }
    }

    WireTarget target() {
        return WireTarget.of(dialect.scriptName(), model);
    }

    static WireHeaders headers(HttpResponse<?> response) {
        return new WireHeaders() {
            @Override
            public Optional<String> first(String name) {
                return response.headers().firstValue(name);
            }

            @Override
            public void forEach(BiConsumer<String, String> action) {
                response.headers().map().forEach((name, values) -> values.forEach(value -> action.accept(name, value)));
            }
        };
    }
}
