package io.github.camelllm.examples.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.support.AsyncRequestBuilder;

/**
 * The floor: HttpClient 5's asynchronous client and Jackson, with nothing above them. It knows this one answer's shape, so it
 * does less than any library can.
 */
final class RawClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_CONNECTIONS = 2048;

    private final CloseableHttpAsyncClient client = HttpAsyncClients.custom()
            .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                    .setMaxConnTotal(MAX_CONNECTIONS)
                    .setMaxConnPerRoute(MAX_CONNECTIONS)
                    .build())
            .build();

    RawClient() {
        client.start();
    }

    /** Asks for a whole answer. */
    CompletableFuture<String> chat(String url) {
        SimpleHttpRequest request = SimpleRequestBuilder.post(url)
                .setHeader("Authorization", "Bearer key")
                .setBody(body(false), ContentType.APPLICATION_JSON)
                .build();
        Promise<SimpleHttpResponse> answer = new Promise<>();
        client.execute(request, answer);
        return answer.thenApply(RawClient::text);
    }

    /** Asks for a streamed answer; completes with its number of pieces. */
    CompletableFuture<Integer> stream(String url, Consumer<String> piece) {
        AsyncRequestProducer request = AsyncRequestBuilder.post(url)
                .setHeader("Authorization", "Bearer key")
                .setHeader("Accept", "text/event-stream")
                .setEntity(body(true), ContentType.APPLICATION_JSON)
                .build();
        Promise<Integer> answer = new Promise<>();
        client.execute(request, new RawStream(piece), answer);
        return answer;
    }

    private static byte[] body(boolean stream) {
        ObjectNode request = JSON.createObjectNode().put("model", Conversation.MODEL);
        ArrayNode messages = request.putArray("messages");
        messages.addObject().put("role", "system").put("content", Conversation.SYSTEM);
        messages.addObject().put("role", "user").put("content", Conversation.USER);
        request.put("max_tokens", Conversation.MAX_TOKENS).put("temperature", Conversation.TEMPERATURE);
        if (stream) {
            request.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        try {
            return JSON.writeValueAsBytes(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(SimpleHttpResponse response) {
        try {
            JsonNode answer = JSON.readTree(response.getBodyBytes());
            if (answer.path("usage").path("total_tokens").asLong() == 0) {
                throw new IllegalStateException("HTTP " + response.getCode() + " without usage");
            }
            return answer.path("choices")
                    .path(0)
                    .path("message")
                    .path("content")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private static final class Promise<T> extends CompletableFuture<T> implements FutureCallback<T> {
        @Override
        public void completed(T result) {
            complete(result);
        }

        @Override
        public void failed(Exception failure) {
            completeExceptionally(failure);
        }

        @Override
        public void cancelled() {
            cancel(false);
        }
    }
}
