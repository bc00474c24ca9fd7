package io.github.camelllm.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.transport.TransportException.Kind;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Transports.class)
class Http2Test {
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final byte[] BODY = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    private static final int CANCEL = 8;
    private static final int REFUSED_STREAM = 7;

    private final BlockingQueue<HttpServerRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> resets = new LinkedBlockingQueue<>();
    private final HttpTransport transport;
    private Http2Server server;

    Http2Test(Transports transports) {
        transport = transports.start(HttpTransportSettings.builder()
                .httpVersion(HttpVersionPolicy.HTTP_2)
                .closeGrace(Duration.ZERO)
                .build());
    }

    @AfterEach
    void stop() throws Exception {
        transport.close();
        if (server != null) {
            server.close();
        }
    }

    private void serve(long maxStreams, Handler<HttpServerRequest> handler) throws Exception {
        server = Http2Server.start(maxStreams, handler);
    }

    /** Notes requests and resets; answers what was asked with {@code /echo}, leaves the rest to the test. */
    private void note(HttpServerRequest request) {
        request.response().exceptionHandler(e -> {
            if (e instanceof StreamResetException reset) {
                resets.add(reset.getCode());
            }
        });
        request.body().onSuccess(body -> {
            if (request.path().startsWith("/echo")) {
                request.response().end(body);
            }
            requests.add(request);
        });
    }

    private HttpServerRequest take() throws InterruptedException {
        HttpServerRequest request = requests.poll(20, TimeUnit.SECONDS);
        assertThat(request).as("a request").isNotNull();
        return request;
    }

    private HttpRequest post(String path) {
        return HttpRequest.post(server.uri(path), List.of(HttpField.of("X-Custom", "v")), BODY);
    }

    private Collector send(HttpRequest request) {
        Collector collector = new Collector();
        transport.send(request, collector);
        return collector;
    }

    @Test
    void sendsTheRequestAsGiven() throws Exception {
        serve(100, this::note);
        Collector answer = send(post("/echo?q=1"));
        assertThat(answer.awaitHead()).isEqualTo(200);
        assertThat(answer.awaitEnd()).isEqualTo("{\"a\":1}");
        HttpServerRequest request = take();
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(request.uri()).isEqualTo("/echo?q=1");
        assertThat(request.authority().toString())
                .isEqualTo("127.0.0.1:" + server.uri("/").getPort());
        assertThat(request.getHeader("x-custom")).isEqualTo("v");
        assertThat(request.getHeader("content-length")).isEqualTo("7");
        assertThat(request.getHeader("user-agent")).isEqualTo("camel-llm");
    }

    @Test
    void sendsARequestWithoutBody() throws Exception {
        serve(100, this::note);
        assertThat(send(HttpRequest.get(server.uri("/echo"), List.of())).awaitEnd())
                .isEmpty();
        HttpServerRequest request = take();
        assertThat(request.method().name()).isEqualTo("GET");
        assertThat(request.isEnded()).isTrue();
    }

    @Test
    void hidesPseudoHeaders() throws Exception {
        serve(100, request -> request.response().putHeader("X-A", "1").end("ok"));
        Collector answer = send(post("/"));
        assertThat(answer.awaitEnd()).isEqualTo("ok");
        List<String> names = new ArrayList<>();
        answer.headers().forEach((name, value) -> names.add(name));
        assertThat(names).contains("x-a").noneMatch(name -> name.startsWith(":"));
        assertThat(answer.headers().first("X-A")).contains("1");
    }

    @Test
    void sendsALargeBodyThroughTheServersWindow() throws Exception {
        serve(100, this::note);
        byte[] body = new byte[3_000_000];
        java.util.Arrays.fill(body, (byte) 'y');
        assertThat(send(HttpRequest.post(server.uri("/echo"), List.of(), body)).awaitEnd())
                .hasSize(body.length)
                .matches("y+");
    }

    @Test
    void usesOneConnectionForExchangesOneAfterTheOther() throws Exception {
        serve(100, this::note);
        for (int i = 0; i < 250; i++) {
            assertThat(send(post("/echo")).awaitEnd()).isEqualTo("{\"a\":1}");
        }
        assertThat(server.connections()).hasSize(1);
        assertThat(transport.stats()).isEqualTo(new TransportStats(1, 0, 0, 0));
    }

    @Test
    void opensAnotherConnectionWhenOneIsFull() throws Exception {
        CountDownLatch all = new CountDownLatch(250);
        Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
        serve(100, request -> {
            held.add(request);
            all.countDown();
        });
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            answers.add(send(post("/" + i)));
        }
        assertThat(all.await(20, TimeUnit.SECONDS))
                .as("all at the server at the same time, none answered")
                .isTrue();
        assertThat(server.connections()).hasSizeBetween(3, 4);
        held.forEach(request -> request.response().end(request.path()));
        for (int i = 0; i < 250; i++) {
            assertThat(answers.get(i).awaitEnd()).isEqualTo("/" + i);
        }
    }

    @Test
    void keepsToTheServersLimitOfStreams() throws Exception {
        CountDownLatch all = new CountDownLatch(25);
        Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
        serve(10, request -> {
            held.add(request);
            all.countDown();
        });
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            answers.add(send(post("/" + i)));
        }
        assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(server.connections()).hasSize(3);
        held.forEach(request -> request.response().end());
        answers.forEach(Collector::awaitEnd);
    }

    @Test
    void resetsTheStreamOnCancelAndKeepsTheConnection() throws Exception {
        serve(100, this::note);
        Collector other = send(post("/other"));
        HttpServerRequest otherRequest = take();
        Collector cancelled = new Collector();
        HttpExchange exchange = transport.send(post("/cancelled"), cancelled);
        HttpServerRequest request = take();
        request.response().setChunked(true).write("data: 1\n\n");
        cancelled.awaitFirstData();

        exchange.cancel();
        assertThat(cancelled.awaitFailure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(resets.poll(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
        otherRequest.response().end("still here");
        assertThat(other.awaitEnd()).isEqualTo("still here");
        assertThat(send(post("/echo")).awaitEnd()).isEqualTo("{\"a\":1}");
        assertThat(server.connections()).hasSize(1);
    }

    @Test
    void resetsTheStreamWhileTheServerThinks() throws Exception {
        serve(100, this::note);
        for (HttpRequest request : List.of(post("/x"), HttpRequest.get(server.uri("/x"), List.of()))) {
            Collector answer = new Collector();
            HttpExchange exchange = transport.send(request, answer);
            take();
            exchange.cancel();
            assertThat(answer.awaitFailure().kind()).isEqualTo(Kind.CANCELLED);
            assertThat(resets.poll(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
        }
    }

    @Test
    void givesThePlacesOfCancelledStreamsBack() throws Exception {
        serve(5, this::note);
        for (int round = 0; round < 3; round++) {
            List<HttpExchange> exchanges = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                exchanges.add(transport.send(post("/x"), new Collector()));
                take();
            }
            exchanges.forEach(HttpExchange::cancel);
            for (int i = 0; i < 5; i++) {
                assertThat(resets.poll(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
            }
            assertThat(send(post("/echo")).awaitEnd()).isEqualTo("{\"a\":1}");
            take();
        }
        assertThat(server.connections().size()).isLessThanOrEqualTo(6);
    }

    @Test
    void endsEveryExchangeOnceWhileManyAreCancelled() throws Exception {
        serve(20, request -> request.response().end("ok"));
        Random random = new Random(42);
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            Collector answer = new Collector();
            HttpExchange exchange = transport.send(post("/" + i), answer);
            answers.add(answer);
            switch (random.nextInt(8)) {
                case 0 -> exchange.cancel();
                case 1 -> {
                    answer.awaitHead();
                    exchange.cancel();
                }
                default -> exchange.resume();
            }
        }
        for (Collector answer : answers) {
            Optional<TransportException> failure = answer.awaitOver();
            assertThat(failure.map(TransportException::kind).orElse(Kind.CANCELLED))
                    .isEqualTo(Kind.CANCELLED);
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> transport.stats().inFlight() == 0);
        assertThat(transport.stats().pending()).isZero();
        assertThat(send(post("/last")).awaitEnd()).isEqualTo("ok");
    }

    @Test
    void tellsThatTheServerResetTheStream() throws Exception {
        serve(100, request -> {
            requests.add(request);
            request.response().setChunked(true).write("data: 1\n\n").onSuccess(done -> request.response()
                    .reset(2));
        });
        Collector answer = send(post("/x"));
        TransportException failure = answer.awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.CONNECTION_LOST);
        assertThat(failure).hasMessageContaining("code 2");
        assertThat(failure.requestMayHaveReachedServer()).isTrue();
        assertThat(requests).hasSize(1);
    }

    @Test
    void tellsThatTheConnectionBroke() throws Exception {
        serve(100, this::note);
        Collector answer = send(post("/x"));
        take().connection().close();
        assertThat(answer.awaitFailure().kind()).isEqualTo(Kind.CONNECTION_LOST);
        assertThat(send(post("/echo")).awaitEnd()).isEqualTo("{\"a\":1}");
    }

    @Test
    void sendsARefusedRequestAgain() throws Exception {
        AtomicLong refusals = new AtomicLong(2);
        serve(100, request -> {
            if (refusals.getAndDecrement() > 0) {
                request.response().reset(REFUSED_STREAM);
            } else {
                note(request);
            }
        });
        assertThat(send(post("/echo")).awaitEnd()).isEqualTo("{\"a\":1}");
    }

    @Test
    void givesUpWhenItIsAlwaysRefusedAndSaysThatItWasNotProcessed() throws Exception {
        serve(100, request -> request.response().reset(REFUSED_STREAM));
        TransportException failure = send(post("/x")).awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.CONNECTION_LOST);
        assertThat(failure.requestMayHaveReachedServer()).isFalse();
    }

    @Test
    void sendsWhatAGoAwayLeftOutOnAnotherConnection() throws Exception {
        serve(100, this::note);
        Collector first = send(post("/first"));
        HttpServerRequest firstRequest = take();
        Collector second = send(post("/second"));
        HttpServerRequest secondRequest = take();
        assertThat(secondRequest.streamId()).isGreaterThan(firstRequest.streamId());
        firstRequest.connection().goAway(0, firstRequest.streamId());

        HttpServerRequest again = take();
        assertThat(again.path()).isEqualTo("/second");
        assertThat(again.connection()).isNotSameAs(firstRequest.connection());
        again.response().end("2");
        firstRequest.response().end("1");
        assertThat(second.awaitEnd()).isEqualTo("2");
        assertThat(first.awaitEnd()).isEqualTo("1");
        await().atMost(Duration.ofSeconds(20)).until(() -> transport.stats().connections() == 1);
    }

    @Test
    void timesOutWaitingForTheHeadAndBetweenChunks() throws Exception {
        serve(100, this::note);
        Collector head = send(post("/x").withTimeouts(HttpTimeouts.NONE.withFirstByte(SHORT)));
        assertThat(head.awaitFailure().kind()).isEqualTo(Kind.FIRST_BYTE_TIMEOUT);
        assertThat(resets.poll(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
        take();
        Collector chunks = send(post("/x").withTimeouts(HttpTimeouts.NONE.withIdle(SHORT)));
        take().response().setChunked(true).write("data: 1\n\n");
        assertThat(chunks.awaitFailure().kind()).isEqualTo(Kind.IDLE_TIMEOUT);
        Collector total = send(post("/x").withTimeouts(HttpTimeouts.NONE.withTotal(SHORT)));
        assertThat(total.awaitFailure().kind()).isEqualTo(Kind.TOTAL_TIMEOUT);
    }

    @Test
    void refusesABodyAboveItsLimit() throws Exception {
        serve(100, request -> {
            note(request);
            request.response().setChunked(true).write(Buffer.buffer(new byte[200_000]));
            if (request.path().equals("/whole")) {
                request.response().end();
            }
        });
        assertThat(send(post("/x").withMaxBodyBytes(50_000)).awaitFailure().kind())
                .isEqualTo(Kind.BODY_TOO_LARGE);
        assertThat(resets.poll(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
        assertThat(send(post("/whole").withMaxBodyBytes(200_000)).awaitEnd()).hasSize(200_000);
    }

    @Test
    void holdsTheServerBackWhilePausedAndServesOthersMeanwhile() throws Exception {
        int length = 8_000_000;
        serve(100, request -> {
            if (request.path().equals("/large")) {
                request.response().end(Buffer.buffer(new byte[length]));
            } else {
                note(request);
            }
        });
        CountDownLatch begun = new CountDownLatch(1);
        AtomicLong received = new AtomicLong();
        Collector answer = new Collector() {
            @Override
            public void onData(ByteBuffer bytes) {
                received.addAndGet(bytes.remaining());
                begun.countDown();
            }
        };
        HttpExchange exchange = transport.send(
                post("/large")
                        .withTimeouts(HttpTimeouts.NONE.withIdle(Duration.ofSeconds(1)))
                        .withMaxBodyBytes(length),
                answer);
        exchange.pause();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(send(post("/echo")).awaitEnd()).isEqualTo("{\"a\":1}");
        }
        assertThat(received.get()).isLessThanOrEqualTo(2L * HttpTransportSettings.DEFAULT.windowBytes());
        assertThat(answer.isOver()).isFalse();
        exchange.resume();
        answer.awaitEnd();
        assertThat(received.get()).isEqualTo(length);
        assertThat(server.connections()).hasSize(1);
    }
}
