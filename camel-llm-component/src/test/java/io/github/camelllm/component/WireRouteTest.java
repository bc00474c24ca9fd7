package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.CountingTransport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;

/** Endpoints that serve clients in a wire format, seen from both sides: the bytes that a provider gets, and those of the answer. */
abstract class WireRouteTest extends LlmRouteTest {
    static final String OPENAI = "llm:openai/" + MODEL + "?wireFormat=openai-chat";

    /** A request of OpenAI's chat API that only its own bytes keep: odd spaces, an escape, an unknown parameter. */
    static final String REQUEST = """
            { "model" : "their-name", "messages":[{"role":"user","content":"Hi \\u00e9"}],
              "tomorrows_parameter": {"deep": [1, 2.50, "x"]}, "max_completion_tokens": 500 }""";

    /** Properties of a budget that bears {@link #REQUEST} with 400 output tokens at most. */
    static final Map<String, String> SMALL_BUDGET = Map.of(
            "llm.budget.small.scope.feature", "small",
            "llm.budget.small.limit", "0.001 USD",
            "llm.budget.small.window", "month");

    final CountingTransport transport = new CountingTransport();

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.getComponent("llm", LlmComponent.class).setHttpTransport(transport);
        return context;
    }

    @AfterEach
    void closeTransport() {
        transport.close();
    }

    Exchange ask(String uri, String body) {
        return ask(uri, body, Map.of());
    }

    Exchange ask(String uri, String body, Map<String, Object> headers) {
        return template.request(uri, exchange -> {
            exchange.getMessage().setHeaders(new HashMap<>(headers));
            exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
        });
    }

    static String body(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return new String((byte[]) exchange.getMessage().getBody(), StandardCharsets.UTF_8);
    }

    static String streaming(String request) {
        return request.replaceFirst("\\{", "{\"stream\":true,");
    }

    static LlmWireStream stream(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(LlmWireStream.class);
    }

    /** Streams of exchanges that no route of the test ends belong to their subscriber. */
    static Client read(LlmWireStream stream) {
        Client client = new Client();
        stream.subscribe(client);
        client.subscription.request(Long.MAX_VALUE);
        return client;
    }

    /** Sends without a route, so that the stream outlives the sending. */
    Exchange direct(String uri, String body) throws Exception {
        Exchange exchange = context.getEndpoint(uri).createExchange();
        exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
        return template.send(uri, exchange);
    }

    /** Gathers what a stream publishes, asking for so much at a time as it is told. */
    static final class Client implements Flow.Subscriber<ByteBuffer> {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
        final CompletableFuture<Void> first = new CompletableFuture<>();
        Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public synchronized void onNext(ByteBuffer item) {
            bytes.write(item.array(), item.arrayOffset() + item.position(), item.remaining());
            first.complete(null);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Optional.of(failure));
        }

        @Override
        public void onComplete() {
            end.complete(Optional.empty());
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        /** Waits for the end: what the stream failed with, or empty if it ended well. */
        Optional<Throwable> end() throws Exception {
            return end.get(20, TimeUnit.SECONDS);
        }
    }
}
