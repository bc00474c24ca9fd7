package io.github.camelllm.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlaybackServerTest {
    private final PlaybackServer server = PlaybackServer.start();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpRequest post(String path, String body) {
        return HttpRequest.newBuilder(server.uri(path))
                .header("X-Test", "1")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> send(String path) throws Exception {
        return client.send(post(path, "{}"), BodyHandlers.ofString());
    }

    @Test
    void playsAnswersInOrderAndRecordsRequests() throws Exception {
        server.play(Answer.json(200, "{\"n\":1}"), Answer.of(429).header("retry-after", "2"));
        HttpResponse<String> first = client.send(post("/a?b=c", "grüße"), BodyHandlers.ofString());
        HttpResponse<String> second = send("/d");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).isEqualTo("{\"n\":1}");
        assertThat(first.headers().firstValue("content-length")).contains("7");
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValue("Retry-After")).contains("2");
        RecordedRequest recorded = server.takeRequest();
        assertThat(recorded.method()).isEqualTo("POST");
        assertThat(recorded.target()).isEqualTo("/a?b=c");
        assertThat(recorded.path()).isEqualTo("/a");
        assertThat(recorded.text()).isEqualTo("grüße");
        assertThat(recorded.header("x-test")).contains("1");
        assertThat(server.takeRequest().connection()).isEqualTo(recorded.connection());
        assertThat(server.requests()).hasSize(2);
        assertThat(server.acceptedConnections()).isEqualTo(1);
    }

    @Test
    void saysThatNoAnswerWasScripted() throws Exception {
        HttpResponse<String> answer = send("/");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("no answer was scripted");
    }

    @Test
    void answersByRequestWhenTheQueueIsEmpty() throws Exception {
        server.otherwise(request -> Answer.json(200, "\"" + request.path() + "\""));
        assertThat(send("/x").body()).isEqualTo("\"/x\"");
    }

    @Test
    void holdsTheRestOfTheBodyUntilTheGateOpens() throws Exception {
        Gate gate = new Gate();
        server.play(Answer.sse().chunk("data: 1\n\n").await(gate).chunk("data: 2\n\n"));
        InputStream body =
                client.send(post("/", "{}"), BodyHandlers.ofInputStream()).body();

        assertThat(new String(body.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");
        gate.awaitReached();
        assertThat(body.available()).isZero();
        gate.open();
        assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("data: 2\n\n");
    }

    @Test
    void holdsTheHeadUntilTheGateOpens() {
        Gate gate = new Gate();
        server.play(Answer.json(200, "{}").after(gate));
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(post("/", "{}"), BodyHandlers.ofString());
        gate.awaitReached();
        assertThat(answer).isNotDone();
        gate.open();
        assertThat(answer.join().body()).isEqualTo("{}");
    }

    @Test
    void endsABodyByClosing() throws Exception {
        server.play(Answer.of(200).body("all of it").closeDelimited());
        HttpResponse<String> answer = send("/");
        assertThat(answer.body()).isEqualTo("all of it");
        assertThat(answer.headers().firstValue("content-length")).isEmpty();
        assertThat(server.takeClosed().byClient()).isFalse();
    }

    @Test
    void cutsBodiesShort() {
        server.play(
                Answer.json(200, "0123456789").cutAfter(4),
                Answer.sse().chunk("data: 1\n\n").cut(),
                Answer.sse().chunk("data: 1\n\n").cutAfter(3),
                Answer.of(200).filler(100_000).cutAfter(20_000));
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> send("/")).isInstanceOf(IOException.class);
        }
        assertThat(server.bodyBytesSent()).isEqualTo(4 + 9 + 3 + 20_000);
    }

    @Test
    void resetsTheConnection() throws Exception {
        server.play(Answer.reset());
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void playsRawBytes() throws Exception {
        server.play(Answer.raw("nonsense"));
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("nonsense");
        }
    }

    @Test
    void noticesThatTheClientGoesAwayWhileAnAnswerIsHeld() throws Exception {
        Gate gate = new Gate();
        server.play(Answer.sse().chunk("data: 1\n\n").await(gate).chunk("data: 2\n\n"));
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            gate.awaitReached();
        }
        assertThat(server.takeClosed()).isEqualTo(new PlaybackServer.Closed(1, true));
        assertThat(server.openConnections()).isZero();
    }

    @Test
    void staysSilentUntilClosed() throws Exception {
        server.play(Answer.none());
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(post("/", "{}"), BodyHandlers.ofString());
        server.takeRequest();
        assertThat(answer).isNotDone();
        server.closeConnections();
        assertThatThrownBy(answer::join).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void closesAConnectionWithoutAnnouncingIt() throws Exception {
        server.play(Answer.json(200, "{}").thenClose());
        HttpResponse<String> answer = send("/");
        assertThat(answer.headers().firstValue("connection")).isEmpty();
        assertThat(server.takeClosed().byClient()).isFalse();
    }

    @Test
    void readsChunkedRequests() throws Exception {
        server.play(Answer.of(204));
        HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString("abc")))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
        RecordedRequest recorded = server.takeRequest();
        assertThat(recorded.header("transfer-encoding")).contains("chunked");
        assertThat(recorded.text()).isEqualTo("abc");
    }
}
