package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 over TLS, as ALPN (RFC 7301) finds it out, with real clients and with some that mean no good. */
class LlmHttp2TlsTest {
    private static final int MANY = 80;

    @TempDir
    private static Path folder;

    private static SelfSigned key;
    private static SSLContext trusting;
    private static HttpClient client;
    private static OkHttpClient okHttp;

    @BeforeAll
    static void makeClients() throws Exception {
        key = new SelfSigned(folder);
        trusting = key.client();
        client = HttpClient.newBuilder()
                .sslContext(trusting)
                .version(HttpClient.Version.HTTP_2)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        okHttp = new OkHttpClient.Builder()
                .sslSocketFactory(trusting.getSocketFactory(), key.trust())
                .callTimeout(Duration.ofSeconds(60))
                .build();
    }

    @AfterAll
    static void closeClients() {
        okHttp.dispatcher().executorService().shutdown();
        okHttp.connectionPool().evictAll();
    }

    private static HttpServer server(String options, Processor route) throws Exception {
        return new HttpServer(options, key.server(), route);
    }

    private static HttpRequest post(HttpServer server, String body) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/"))
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static HttpResponse<String> send(HttpServer server, String body) throws Exception {
        return client.send(post(server, body), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({"'', HTTP_2", "?http2=false, HTTP_1_1"})
    void isSpokenIfBothSidesWantIt(String options, HttpClient.Version version) throws Exception {
        try (HttpServer server = server(options, exchange -> {})) {
            HttpResponse<String> answer = send(server, "Hello");

            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.body()).isEqualTo("Hello");
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP_2, HTTP_2", "HTTP_1_1, HTTP_1_1"})
    void otherClientsGetTheProtocolThatTheyOffer(Protocol offered, Protocol spoken) throws Exception {
        List<Protocol> protocols =
                offered == Protocol.HTTP_1_1 ? List.of(offered) : List.of(offered, Protocol.HTTP_1_1);
        Request.Builder request = new Request.Builder();
        try (HttpServer server = server("", exchange -> exchange.getMessage().setBody("served"));
                Response answer = okHttp.newBuilder()
                        .protocols(protocols)
                        .build()
                        .newCall(request.url("https://localhost:" + server.port() + "/")
                                .build())
                        .execute()) {
            assertThat(answer.protocol()).isEqualTo(spoken);
            assertThat(answer.body().string()).isEqualTo("served");
        }
    }

    @Test
    void aClientThatKnowsNothingOfAlpnIsServedByHttp11() throws Exception {
        try (HttpServer server = server("", exchange -> exchange.getMessage().setBody("served"));
                SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("served");
        }
    }

    @Test
    void servesManyRequestsSideBySideOnOneConnection() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = server("", held)) {
            send(server, "at once");
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                answers.add(client.sendAsync(post(server, "held " + i), HttpResponse.BodyHandlers.ofString()));
            }
            await().until(() -> held.came.get() == MANY);
            assertThat(server.consumer().getConnections()).isEqualTo(1);

            held.release();

            for (int i = 0; i < MANY; i++) {
                assertThat(answers.get(i).join().body()).isEqualTo("held " + i);
            }
            await().until(() -> server.consumer().getPendingExchangesSize() == 0);
        }
    }

    @Test
    void streamsComePieceByPieceAndEndWhereTheClientLeavesThem() throws Exception {
        SubmissionPublisher<ByteBuffer> pieces = new SubmissionPublisher<>();
        try (HttpServer server = server("", exchange -> {
            if ("stream".equals(exchange.getMessage().getBody(String.class))) {
                exchange.getMessage().setBody((Flow.Publisher<ByteBuffer>) pieces);
            }
        })) {
            CompletableFuture<HttpResponse<InputStream>> answer =
                    client.sendAsync(post(server, "stream"), HttpResponse.BodyHandlers.ofInputStream());
            await().until(pieces::hasSubscribers);
            pieces.submit(ByteBuffer.wrap(new byte[] {'a'}));
            try (InputStream body = answer.join().body()) {
                assertThat(body.read()).isEqualTo('a');
                pieces.submit(ByteBuffer.wrap(new byte[] {'b'}));
                assertThat(body.read()).isEqualTo('b');
            }

            // The client has sent RST_STREAM
            await().until(() -> pieces.getNumberOfSubscribers() == 0);
            await().until(() -> server.consumer().getPendingExchangesSize() == 0);
            assertThat(send(server, "other").body()).isEqualTo("other");
            assertThat(server.consumer().getConnections()).isEqualTo(1);
        }
    }

    @Test
    void cancelsWhatAClientResets() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = server("", held)) {
            send(server, "at once");
            CompletableFuture<HttpResponse<String>> answer =
                    client.sendAsync(post(server, "held"), HttpResponse.BodyHandlers.ofString());
            await().until(() -> held.came.get() == 1);

            answer.cancel(true);

            await().until(() -> held.last.get().isCancelled());
            await().until(() -> server.consumer().getPendingExchangesSize() == 0);
            assertThat(server.consumer().getConnections()).isEqualTo(1);
            held.release();
        }
    }

    private interface Attack {
        void on(RawHttp2Client client) throws IOException;
    }

    /** Runs it, after which others are served and nothing of it is left. */
    private static void attack(String options, HeldExchanges held, Attack attack) throws Exception {
        try (HttpServer server = server(options, held)) {
            try (RawHttp2Client raw = RawHttp2Client.overTls(trusting, server.port())) {
                attack.on(raw);
            }
            await().until(() -> server.consumer().getPendingExchangesSize() == 0);
            assertThat(send(server, "at once").body()).isEqualTo("at once");
            held.release();
        }
    }

    @Test
    void closesTheConnectionOfAClientThatResetsAllTheTime() throws Exception {
        attack("?maxResets=20", new HeldExchanges(), raw -> {
            for (int i = 0; i < 30; i++) {
                raw.tryGet(1 + 2 * i);
                raw.tryReset(1 + 2 * i);
            }
            raw.awaitClosed();
        });
    }

    @Test
    void refusesMoreStreamsAtATimeThanItSays() throws Exception {
        HeldExchanges held = new HeldExchanges();
        attack("?maxConcurrentStreams=5", held, raw -> {
            for (int i = 0; i < 6; i++) {
                raw.get(1 + 2 * i);
            }
            assertThat(raw.awaitReset()).isEqualTo(11);
            assertThat(held.came.get()).isEqualTo(5);
        });
    }

    @Test
    void refusesHeadersThatAreTooLong() throws Exception {
        HeldExchanges held = new HeldExchanges();
        attack("?maxHeaderBytes=2000", held, raw -> {
            raw.getWithHeaders(1, 30);
            raw.awaitEnd(1);
            assertThat(held.came.get()).isZero();
        });
    }

    @Test
    void refusesHeadersWithoutEnd() throws Exception {
        HeldExchanges held = new HeldExchanges();
        attack("?maxHeaderBytes=8192", held, raw -> {
            raw.headersWithoutEnd(1, 100);
            raw.awaitClosed();
            assertThat(held.came.get()).isZero();
        });
    }
}
