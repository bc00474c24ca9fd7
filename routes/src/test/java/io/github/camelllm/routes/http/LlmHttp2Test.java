package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients that speak HTTP/2 without TLS, and some that mean no good. */
class LlmHttp2Test {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .connectTimeout(Duration.ofSeconds(20))
            .build();

    private static HttpRequest.Builder request(HttpServer server) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/path?x=1"))
                .timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> post(HttpServer server, String body) throws Exception {
        return client.send(
                request(server).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void servesRequestsSideBySideOnOneConnection() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = new HttpServer("?h2c=true", held)) {
            HttpResponse<String> first = post(server, "at once");
            assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(first.body()).isEqualTo("at once");
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(client.sendAsync(
                        request(server)
                                .POST(HttpRequest.BodyPublishers.ofString("held " + i))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            await().until(() -> held.came.get() == 20);
            assertThat(post(server, "at once").statusCode()).isEqualTo(200);
            assertThat(server.consumer().getConnections()).isEqualTo(1);
            held.release();
            for (int i = 0; i < 20; i++) {
                assertThat(answers.get(i).join().body()).isEqualTo("held " + i);
            }
            await().until(() -> server.consumer().getPendingExchangesSize() == 0);
        }
    }

    @Test
    void canBeTurnedOff() throws Exception {
        try (HttpServer server = new HttpServer("?h2c=true&http2=false", exchange -> {})) {
            assertThat(post(server, "Hello").version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }

    @Test
    void refusesALongBodyAndLetsOthersOfTheConnectionGoOn() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = new HttpServer("?h2c=true&maxBodyBytes=100000", held)) {
            post(server, "at once");
            CompletableFuture<HttpResponse<String>> other = client.sendAsync(
                    request(server)
                            .POST(HttpRequest.BodyPublishers.ofString("held"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            await().until(() -> held.came.get() == 1);

            assertThat(post(server, "x".repeat(100_001)).statusCode()).isEqualTo(413);

            held.release();
            assertThat(other.join().body()).isEqualTo("held");
            assertThat(server.consumer().getConnections()).isEqualTo(1);
        }
    }

    @Test
    void aStreamWaitsForItsOwnClientOnly() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        int pieces = 20_000;
        byte[] piece = "x".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        try (HttpServer server = new HttpServer("?h2c=true&writeTimeout=1h", exchange -> {
            if (!"stream".equals(exchange.getMessage().getBody(String.class))) {
                return;
            }
            exchange.getMessage()
                    .setBody((Flow.Publisher<ByteBuffer>) subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                        @Override
                        public void request(long n) {
                            for (long i = 0; i < n; i++) {
                                if (asked.incrementAndGet() == pieces) {
                                    subscriber.onComplete();
                                } else if (asked.get() < pieces) {
                                    subscriber.onNext(ByteBuffer.wrap(piece));
                                }
                            }
                        }

                        @Override
                        public void cancel() {}
                    }));
        })) {
            post(server, "first");
            HttpResponse<InputStream> stream = client.send(
                    request(server)
                            .POST(HttpRequest.BodyPublishers.ofString("stream"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            // More than windows and buffers hold is not asked for, while others of the connection are served
            for (int i = 0; i < 50; i++) {
                assertThat(post(server, "other").body()).isEqualTo("other");
            }
            assertThat(asked.get()).isLessThan(pieces);
            assertThat(server.consumer().getConnections()).isEqualTo(1);
            try (InputStream in = stream.body()) {
                assertThat(in.readAllBytes()).hasSize((pieces - 1) * piece.length);
            }
        }
    }

    @Test
    void aStreamThatBreaksIsNotTakenForAWholeOne() throws Exception {
        try (HttpServer server = new HttpServer("?h2c=true", exchange -> {
            if ("stream".equals(exchange.getMessage().getBody(String.class))) {
                SubmissionPublisher<ByteBuffer> broken = new SubmissionPublisher<>();
                exchange.getMessage().setBody(broken);
                new Thread(() -> {
                            await().until(broken::hasSubscribers);
                            broken.submit(ByteBuffer.wrap(new byte[] {'a'}));
                            broken.closeExceptionally(new IllegalStateException("broken"));
                        })
                        .start();
            }
        })) {
            assertThatThrownBy(() -> post(server, "stream")).isInstanceOf(IOException.class);
            assertThat(post(server, "other").body()).isEqualTo("other");
        }
    }

    @Test
    void cancelsWhatAClientResets() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = new HttpServer("?h2c=true", held);
                RawHttp2Client raw = new RawHttp2Client(server.port())) {
            raw.get(1);
            await().until(() -> held.came.get() == 1);

            raw.reset(1);

            await().until(() -> held.last.get().isCancelled());
            await().until(() -> server.consumer().getPendingExchangesSize() == 0);
            assertThat(server.consumer().getConnections()).isEqualTo(1);
            held.release();
        }
    }

    @Test
    void closesTheConnectionOfAClientThatResetsAllTheTime() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = new HttpServer("?h2c=true&maxResets=20", held);
                RawHttp2Client raw = new RawHttp2Client(server.port())) {
            for (int i = 0; i < 30; i++) {
                raw.tryGet(1 + 2 * i);
                raw.tryReset(1 + 2 * i);
            }

            raw.awaitClosed();

            await().until(() -> server.consumer().getPendingExchangesSize() == 0);
            assertThat(post(server, "at once").statusCode()).isEqualTo(200);
            held.release();
        }
    }

    @Test
    void refusesMoreStreamsAtATimeThanItSays() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = new HttpServer("?h2c=true&maxConcurrentStreams=5", held);
                RawHttp2Client raw = new RawHttp2Client(server.port())) {
            for (int i = 0; i < 6; i++) {
                raw.get(1 + 2 * i);
            }

            assertThat(raw.awaitReset()).isEqualTo(11);

            assertThat(held.came.get()).isEqualTo(5);
            held.release();
        }
    }

    @Test
    void refusesHeadersWithoutEnd() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = new HttpServer("?h2c=true&maxHeaderBytes=8192", held);
                RawHttp2Client raw = new RawHttp2Client(server.port())) {
            raw.headersWithoutEnd(1, 100);

            raw.awaitClosed();

            assertThat(held.came.get()).isZero();
        }
    }

    @Test
    void endsWhatItServesBeforeItStops() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = new HttpServer("?h2c=true", held)) {
            post(server, "at once");
            CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                    request(server)
                            .POST(HttpRequest.BodyPublishers.ofString("held"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            await().until(() -> held.came.get() == 1);
            CompletableFuture<Void> stopping =
                    CompletableFuture.runAsync(() -> server.context().stop());
            await().until(() -> server.consumer() == null || server.consumer().isSuspendingOrSuspended());
            held.release();
            assertThat(answer.join().body()).isEqualTo("held");
            stopping.join();
        }
    }
}
