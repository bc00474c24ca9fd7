package io.github.camelllm.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import io.github.camelllm.testing.PlaybackServer;
import io.github.camelllm.testing.RecordedRequest;
import io.github.camelllm.transport.TransportException.Kind;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Transports.class)
class Http1Test {
    private static final Duration SHORT = Duration.ofMillis(40);

    private final PlaybackServer server = PlaybackServer.start();
    private final HttpTransport transport;

    Http1Test(Transports transports) {
        transport = transports.start(
                HttpTransportSettings.builder().closeGrace(Duration.ZERO).build());
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    private HttpRequest post(String path) {
        return HttpRequest.post(
                server.uri(path),
                List.of(HttpField.of("content-type", "application/json"), HttpField.of("authorization", "Bearer k")),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    }

    private Collector send(HttpRequest request) {
        Collector collector = new Collector();
        transport.send(request, collector);
        return collector;
    }

    @Test
    void sendsTheRequestAsGivenAndNothingElse() {
        server.play(Answer.json(200, "{\"ok\":true}").header("x-request-id", "r1"));
        Collector answer = send(post("/v1/chat?api-version=2"));

        assertThat(answer.awaitHead()).isEqualTo(200);
        assertThat(answer.awaitEnd()).isEqualTo("{\"ok\":true}");
        assertThat(answer.headers().first("X-Request-Id")).contains("r1");
        RecordedRequest request = server.takeRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/v1/chat?api-version=2");
        assertThat(request.text()).isEqualTo("{\"a\":1}");
        assertThat(request.headers())
                .extracting(header -> header.getKey() + ": " + header.getValue())
                .containsExactlyInAnyOrder(
                        "Host: 127.0.0.1:" + server.port(),
                        "content-type: application/json",
                        "authorization: Bearer k",
                        "User-Agent: camel-llm",
                        "Content-Length: 7");
    }

    @Test
    void keepsAGivenUserAgent() {
        server.play(Answer.json(200, "{}"));
        send(HttpRequest.get(server.uri("/"), List.of(HttpField.of("user-agent", "mine"))))
                .awaitEnd();
        RecordedRequest request = server.takeRequest();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.header("user-agent")).contains("mine");
        assertThat(request.header("content-length")).isEmpty();
    }

    @Test
    void saysThatAPostHasNoBody() {
        server.play(Answer.json(200, "{}"));
        send(HttpRequest.post(server.uri("/"), List.of(), new byte[0])).awaitEnd();
        assertThat(server.takeRequest().header("content-length")).contains("0");
    }

    @Test
    void sendsALargeBodyWhole() {
        server.play(Answer.json(200, "{}"));
        byte[] body = new byte[5_000_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        send(HttpRequest.post(server.uri("/"), List.of(), body)).awaitEnd();
        assertThat(server.takeRequest().body()).isEqualTo(body);
    }

    @Test
    void deliversChunksWhenTheyCome() {
        Gate gate = new Gate();
        server.play(Answer.sse().chunk("data: 1\n\n").await(gate).chunk("data: 2\n\n"));
        Collector answer = send(post("/"));
        answer.awaitFirstData();
        gate.awaitReached();
        assertThat(answer.text()).isEqualTo("data: 1\n\n");
        assertThat(answer.isOver()).isFalse();
        gate.open();
        assertThat(answer.awaitEnd()).isEqualTo("data: 1\n\ndata: 2\n\n");
    }

    @Test
    void readsBodiesDelimitedByClose() {
        server.play(Answer.of(200).body("until the end").closeDelimited(), Answer.json(200, "{}"));
        assertThat(send(post("/")).awaitEnd()).isEqualTo("until the end");
        assertThat(send(post("/")).awaitEnd()).isEqualTo("{}");
        assertThat(server.acceptedConnections()).isEqualTo(2);
    }

    @Test
    void readsAnswersWithoutBody() {
        server.play(Answer.of(204), Answer.of(200), Answer.json(200, "{}"));
        assertThat(send(post("/")).awaitEnd()).isEmpty();
        assertThat(send(post("/")).awaitEnd()).isEmpty();
        assertThat(send(post("/")).awaitEnd()).isEqualTo("{}");
        assertThat(server.acceptedConnections()).isEqualTo(1);
    }

    @Test
    void readsAnAnswerToHeadThatNamesALength() {
        server.play(Answer.raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"));
        HttpRequest head = new HttpRequest("HEAD", server.uri("/"), List.of(), new byte[0], HttpTimeouts.DEFAULT, 1000);
        Collector answer = send(head);
        assertThat(answer.awaitHead()).isEqualTo(200);
        assertThat(answer.awaitEnd()).isEmpty();
    }

    @Test
    void showsNoInformationalAnswer() {
        server.play(Answer.raw(
                "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
        Collector answer = send(post("/"));
        assertThat(answer.awaitHead()).isEqualTo(200);
        assertThat(answer.awaitEnd()).isEqualTo("{}");
        assertThat(answer.headers().first("link")).isEmpty();
    }

    @Test
    void keepsHeadersInTheirOrderAndReadableAfterwards() {
        server.play(Answer.json(200, "{}").header("x-a", "1").header("X-B", "2").header("x-a", "3"));
        Collector answer = send(post("/"));
        answer.awaitEnd();
        List<String> seen = new ArrayList<>();
        answer.headers().forEach((name, value) -> {
            if (name.toLowerCase(java.util.Locale.ROOT).startsWith("x-")) {
                seen.add(name + "=" + value);
            }
        });
        assertThat(seen).containsExactly("x-a=1", "X-B=2", "x-a=3");
        assertThat(answer.headers().first("X-A")).contains("1");
        assertThat(answer.headers().toString()).contains("X-B").doesNotContain("2");
    }

    @Test
    void usesAConnectionAgain() {
        server.otherwise(Answer.json(200, "{}"));
        for (int i = 0; i < 20; i++) {
            assertThat(send(post("/")).awaitEnd()).isEqualTo("{}");
        }
        assertThat(server.acceptedConnections()).isEqualTo(1);
        assertThat(transport.stats()).isEqualTo(new TransportStats(1, 0, 0, 0));
    }

    @Test
    void sendsFromWithinACallback() {
        server.otherwise(request -> Answer.json(200, "\"" + request.path() + "\""));
        Collector second = new Collector();
        transport.send(post("/first"), new Collector() {
            @Override
            public void onEnd() {
                transport.send(post("/second"), second);
                super.onEnd();
            }
        });
        assertThat(second.awaitEnd()).isEqualTo("\"/second\"");
        assertThat(server.acceptedConnections()).isEqualTo(1);
    }

    @Test
    void servesManyAtOnce() {
        server.otherwise(request -> Answer.json(200, request.path()));
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(send(post("/" + i)));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(answers.get(i).awaitEnd()).isEqualTo("/" + i);
        }
    }

    @Test
    void takesErrorsAndRedirectsAsAnswers() {
        server.play(
                Answer.json(302, "{\"moved\":1}").header("location", "/elsewhere"),
                Answer.json(401, "{\"e\":2}").header("www-authenticate", "Basic realm=\"x\""),
                Answer.json(503, "{\"e\":3}").header("retry-after", "1"));
        for (int status : new int[] {302, 401, 503}) {
            Collector answer = send(post("/"));
            assertThat(answer.awaitHead()).isEqualTo(status);
            assertThat(answer.awaitEnd()).startsWith("{");
        }
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void sendsNoCookieBack() {
        server.play(Answer.json(200, "{}").header("set-cookie", "s=1; Path=/"), Answer.json(200, "{}"));
        send(post("/")).awaitEnd();
        send(post("/")).awaitEnd();
        server.takeRequest();
        assertThat(server.takeRequest().header("cookie")).isEmpty();
    }

    @Test
    void refusesACodingThatWasNotAskedFor() {
        server.play(Answer.of(200).header("content-encoding", "gzip").body("..."));
        TransportException failure = send(post("/")).awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure).hasMessageContaining("content coding");
    }

    @Test
    void handsOverACodingThatWasAskedFor() {
        server.play(Answer.of(200).header("content-encoding", "gzip").body("..."));
        HttpRequest request = HttpRequest.get(server.uri("/"), List.of(HttpField.of("accept-encoding", "gzip")));
        assertThat(send(request).awaitEnd()).isEqualTo("...");
    }

    // Failures

    @Test
    void tellsThatTheConnectionWasRefused() throws Exception {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1?key=secret");
        }
        TransportException failure = send(HttpRequest.get(nobody, List.of())).awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.CONNECT_FAILED);
        assertThat(failure.requestMayHaveReachedServer()).isFalse();
        assertThat(failure.host()).isEqualTo("127.0.0.1:" + nobody.getPort());
        assertThat(failure.getMessage())
                .contains(failure.host(), "connect failed")
                .doesNotContain("secret");
    }

    @Test
    void tellsThatTheNameIsUnknown() {
        TransportException failure = send(HttpRequest.get(URI.create("http://no-such-host.invalid/"), List.of()))
                .awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.CONNECT_FAILED);
        assertThat(failure).hasMessageContaining("name not found");
    }

    @Test
    void tellsThatTheBodyWasCutOff() {
        server.play(
                Answer.sse().chunk("data: 1\n\n").cut(),
                Answer.sse().chunk("data: 1\n\n").cutAfter(4),
                Answer.json(200, "0123456789").cutAfter(5),
                Answer.json(200, "0123456789").resetAfter(5));
        for (int i = 0; i < 4; i++) {
            Collector answer = send(post("/"));
            TransportException failure = answer.awaitFailure();
            assertThat(failure.kind()).isEqualTo(Kind.CONNECTION_LOST);
            assertThat(failure.requestMayHaveReachedServer()).isTrue();
        }
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void tellsThatTheConnectionEndedWithoutAnswer() {
        server.play(Answer.reset(), Answer.raw(""));
        for (int i = 0; i < 2; i++) {
            TransportException failure = send(post("/")).awaitFailure();
            assertThat(failure.kind()).isEqualTo(Kind.CONNECTION_LOST);
            assertThat(failure.answerBegun()).isFalse();
            assertThat(failure.requestMayHaveReachedServer()).isTrue();
        }
        assertThat(server.requests()).as("a POST is not sent again").hasSize(2);
    }

    @Test
    void tellsThatItIsNotHttpWithoutQuotingIt() {
        server.play(Answer.raw("SSH-2.0-OpenSSH the secret words\r\n\r\n"));
        TransportException failure = send(post("/")).awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure).hasNoCause();
        assertThat(failure.getMessage()).doesNotContain("secret", "SSH");
    }

    @Test
    void refusesHeadsAndChunksThatAreBroken() {
        server.play(
                Answer.raw("HTTP/1.1 200 OK\r\nx-long: " + "x".repeat(70_000) + "\r\n\r\n"),
                Answer.raw("HTTP/1.1 200 OK\r\n" + "x: 1\r\n".repeat(300) + "\r\n"),
                Answer.raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nsecret"));
        for (int i = 0; i < 3; i++) {
            TransportException failure = send(post("/")).awaitFailure();
            assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
            assertThat(failure).hasNoCause();
        }
    }

    @Test
    void refusesABodyAboveItsLimit() {
        server.play(Answer.of(200).filler(100_000_000), Answer.json(200, "0123456789"));
        Collector large = send(post("/").withMaxBodyBytes(50_000));
        TransportException failure = large.awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.BODY_TOO_LARGE);
        assertThat(failure.answerBegun()).isTrue();
        assertThat(large.size()).isLessThanOrEqualTo(50_000);
        assertThat(server.takeClosed().byClient()).isTrue();
        assertThat(send(post("/").withMaxBodyBytes(10)).awaitEnd()).isEqualTo("0123456789");
    }

    @Test
    void endsWhenTheHandlerThrows() {
        Gate gate = new Gate();
        server.play(Answer.sse().chunk("data: 1\n\n").await(gate));
        Collector answer = new Collector() {
            @Override
            public void onData(ByteBuffer bytes) {
                super.onData(bytes);
                throw new IllegalStateException("broken handler");
            }
        };
        transport.send(post("/"), answer);
        TransportException failure = answer.awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.HANDLER_FAILED);
        assertThat(failure).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(server.takeClosed().byClient()).isTrue();
    }

    // Timeouts

    @Test
    void timesOutWaitingForTheHead() {
        server.play(Answer.none());
        TransportException failure = send(post("/").withTimeouts(HttpTimeouts.NONE.withFirstByte(SHORT)))
                .awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.FIRST_BYTE_TIMEOUT);
        assertThat(failure.isTimeout()).isTrue();
        assertThat(failure.requestMayHaveReachedServer()).isTrue();
        assertThat(server.takeClosed().byClient()).isTrue();
    }

    @Test
    void timesOutBetweenTwoChunks() {
        Gate gate = new Gate();
        server.play(Answer.sse().chunk("data: 1\n\n").await(gate));
        Collector answer = send(post("/").withTimeouts(HttpTimeouts.NONE.withIdle(SHORT)));
        TransportException failure = answer.awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.IDLE_TIMEOUT);
        assertThat(failure.answerBegun()).isTrue();
        assertThat(answer.text()).isEqualTo("data: 1\n\n");
    }

    @Test
    void timesOutInTotalWhileDataComes() {
        server.play(Answer.of(200).filler(Long.MAX_VALUE / 2));
        Collector answer = new Collector() {
            @Override
            public void onData(ByteBuffer bytes) {
                bytes.position(bytes.limit());
            }
        };
        transport.send(
                post("/")
                        .withTimeouts(HttpTimeouts.NONE.withTotal(Duration.ofMillis(200)))
                        .withMaxBodyBytes(Long.MAX_VALUE),
                answer);
        assertThat(answer.awaitFailure().kind()).isEqualTo(Kind.TOTAL_TIMEOUT);
        assertThat(server.takeClosed().byClient()).isTrue();
    }

    // Cancellation

    @Test
    void cancelsBeforeTheConnectionIsMade() {
        Collector answer = new Collector();
        transport.send(post("/"), answer).cancel();
        TransportException failure = answer.awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.CANCELLED);
        assertThat(transport.stats().inFlight()).isZero();
        assertThat(transport.stats().pending()).isZero();
    }

    @Test
    void cancelsWhileTheServerThinks() {
        server.play(Answer.none());
        Collector answer = new Collector();
        HttpExchange exchange = transport.send(post("/"), answer);
        server.takeRequest();
        exchange.cancel();
        exchange.cancel();
        assertThat(answer.awaitFailure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(server.takeClosed().byClient()).isTrue();
    }

    @Test
    void cancelsInTheMiddleOfTheBody() {
        Gate gate = new Gate();
        server.play(Answer.sse().chunk("data: 1\n\n").await(gate), Answer.json(200, "{}"));
        Collector answer = new Collector();
        HttpExchange exchange = transport.send(post("/"), answer);
        answer.awaitFirstData();
        exchange.cancel();
        TransportException failure = answer.awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.CANCELLED);
        assertThat(failure.answerBegun()).isTrue();
        assertThat(server.takeClosed()).isEqualTo(new PlaybackServer.Closed(1, true));
        assertThat(send(post("/")).awaitEnd()).isEqualTo("{}");
    }

    @Test
    void cancelsFromWithinACallback() {
        Gate gate = new Gate();
        server.play(Answer.sse().chunk("data: 1\n\n").await(gate));
        AtomicReference<HttpExchange> exchange = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        Collector answer = new Collector() {
            @Override
            public void onData(ByteBuffer bytes) {
                super.onData(bytes);
                try {
                    assertThat(known.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                exchange.get().cancel();
            }
        };
        exchange.set(transport.send(post("/"), answer));
        known.countDown();
        assertThat(answer.awaitFailure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(server.takeClosed().byClient()).isTrue();
    }

    @Test
    void ignoresCancellationAfterTheEnd() {
        server.play(Answer.json(200, "{}"), Answer.json(200, "[]"));
        Collector answer = new Collector();
        HttpExchange exchange = transport.send(post("/"), answer);
        answer.awaitEnd();
        exchange.cancel();
        assertThat(send(post("/")).awaitEnd()).isEqualTo("[]");
        assertThat(server.acceptedConnections()).isEqualTo(1);
    }

    // Flow control

    @Test
    void holdsTheServerBackWhilePaused() {
        long length = 64L * 1024 * 1024;
        server.play(Answer.of(200).filler(length));
        server.otherwise(Answer.json(200, "{}"));
        AtomicReference<HttpExchange> exchange = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        CountDownLatch paused = new CountDownLatch(1);
        long[] received = new long[1];
        Collector answer = new Collector() {
            @Override
            public void onData(ByteBuffer bytes) {
                try {
                    assertThat(known.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                if (paused.getCount() > 0) {
                    exchange.get().pause();
                    paused.countDown();
                }
                synchronized (received) {
                    received[0] += bytes.remaining();
                }
            }
        };
        exchange.set(transport.send(post("/").withMaxBodyBytes(length), answer));
        known.countDown();
        await(paused);
        for (int i = 0; i < 50; i++) {
            send(post("/")).awaitEnd(); // both I/O threads have had many turns by then
        }
        synchronized (received) {
            assertThat(received[0]).isLessThanOrEqualTo(HttpTransportSettings.DEFAULT.windowBytes() + 8192);
        }
        assertThat(server.bodyBytesSent()).as("what kernel buffers hold").isLessThan(length / 2);

        exchange.get().resume();
        answer.awaitEnd();
        assertThat(received[0]).isEqualTo(length);
    }

    @Test
    void idleTimeoutDoesNotRunWhilePaused() {
        Gate gate = new Gate();
        Answer stalled = Answer.sse().chunk("data: 1\n\n").await(gate);
        server.play(stalled, stalled);
        CountDownLatch paused = new CountDownLatch(1);
        AtomicReference<HttpExchange> exchange = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        Collector held = new Collector() {
            @Override
            public void onData(ByteBuffer bytes) {
                await(known);
                exchange.get().pause();
                paused.countDown();
            }
        };
        HttpRequest request = post("/").withTimeouts(HttpTimeouts.NONE.withIdle(SHORT));
        exchange.set(transport.send(request, held));
        known.countDown();
        await(paused);

        // The same stall without a pause is the clock: when it has timed out, the paused one would have, too.
        assertThat(send(request).awaitFailure().kind()).isEqualTo(Kind.IDLE_TIMEOUT);
        assertThat(held.isOver()).isFalse();

        exchange.get().cancel();
        assertThat(held.awaitFailure().kind()).isEqualTo(Kind.CANCELLED);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
