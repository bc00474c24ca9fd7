package io.github.camelllm.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import io.github.camelllm.testing.PlaybackServer;
import io.github.camelllm.testing.TestCertificate;
import io.github.camelllm.transport.TransportException.Kind;
import io.vertx.core.http.HttpVersion;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
class TlsTest {
    private static final TlsSettings TRUSTING = TlsSettings.of(TestCertificate.context());

    private final PlaybackServer server = PlaybackServer.start(TestCertificate.context());
    private final List<HttpTransport> started = new ArrayList<>();
    private final Transports transports;

    TlsTest(Transports transports) {
        this.transports = transports;
    }

    @AfterEach
    void stop() {
        started.forEach(HttpTransport::close);
        server.close();
    }

    private HttpTransport transport(HttpTransportSettings.Builder settings) {
        HttpTransport transport =
                transports.start(settings.closeGrace(Duration.ZERO).build());
        started.add(transport);
        return transport;
    }

    private HttpTransport trusting() {
        return transport(HttpTransportSettings.builder().tls(TRUSTING));
    }

    private static Collector send(HttpTransport transport, URI uri) {
        return send(transport, HttpRequest.post(uri, List.of(), "{}".getBytes(StandardCharsets.UTF_8)));
    }

    private static Collector send(HttpTransport transport, HttpRequest request) {
        Collector collector = new Collector();
        transport.send(request, collector);
        return collector;
    }

    @Test
    void speaksHttp1WithAServerThatOffersNothingElse() {
        server.otherwise(request -> Answer.json(200, request.text()));
        HttpTransport transport = trusting();
        for (int i = 0; i < 5; i++) {
            assertThat(send(transport, server.uri("/")).awaitEnd()).isEqualTo("{}");
        }
        assertThat(server.acceptedConnections()).isEqualTo(1);
    }

    @Test
    void opensManyHttp1ConnectionsOnceTheVersionIsKnown() {
        CountDownLatch all = new CountDownLatch(20);
        Gate gate = new Gate();
        server.otherwise(request -> {
            all.countDown();
            return Answer.json(200, "{}").after(gate);
        });
        HttpTransport transport = trusting();
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(send(transport, server.uri("/")));
        }
        assertThat(awaits(all)).isTrue();
        gate.open();
        answers.forEach(Collector::awaitEnd);
        assertThat(server.acceptedConnections()).isEqualTo(20);
    }

    @Test
    void agreesOnHttp2() throws Exception {
        LinkedBlockingQueue<HttpVersion> versions = new LinkedBlockingQueue<>();
        CountDownLatch all = new CountDownLatch(30);
        LinkedBlockingQueue<io.vertx.core.http.HttpServerResponse> held = new LinkedBlockingQueue<>();
        try (Http2Server http2 = Http2Server.startTls(request -> {
            versions.add(request.version());
            held.add(request.response());
            all.countDown();
        })) {
            HttpTransport transport = trusting();
            List<Collector> answers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                answers.add(send(transport, http2.uri("/")));
            }
            assertThat(awaits(all)).isTrue();
            held.forEach(response -> response.end("ok"));
            answers.forEach(answer -> assertThat(answer.awaitEnd()).isEqualTo("ok"));
            assertThat(versions).containsOnly(HttpVersion.HTTP_2);
            assertThat(http2.connections()).hasSize(1);
            transport.close();
        }
    }

    @Test
    void speaksHttp1WhenToldTo() throws Exception {
        LinkedBlockingQueue<HttpVersion> versions = new LinkedBlockingQueue<>();
        try (Http2Server both = Http2Server.startTls(request -> {
            versions.add(request.version());
            request.response().end("ok");
        })) {
            HttpTransport transport =
                    transport(HttpTransportSettings.builder().tls(TRUSTING).httpVersion(HttpVersionPolicy.HTTP_1_1));
            assertThat(send(transport, both.uri("/")).awaitEnd()).isEqualTo("ok");
            assertThat(versions).containsExactly(HttpVersion.HTTP_1_1);
            transport.close();
        }
    }

    @Test
    void failsWhenHttp2IsRequiredButNotOffered() {
        HttpTransport transport =
                transport(HttpTransportSettings.builder().tls(TRUSTING).httpVersion(HttpVersionPolicy.HTTP_2));
        TransportException failure = send(transport, server.uri("/")).awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure.requestMayHaveReachedServer()).isFalse();
    }

    @Test
    void refusesACertificateThatIsNotTrusted() {
        TransportException failure = send(transport(HttpTransportSettings.builder()), server.uri("/"))
                .awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.TLS);
        assertThat(failure.requestMayHaveReachedServer()).isFalse();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void refusesACertificateForAnotherHostUnlessTheVerifierTakesIt() {
        var elsewhere = TestCertificate.contextFor("elsewhere.example");
        try (PlaybackServer other = PlaybackServer.start(elsewhere)) {
            other.otherwise(Answer.json(200, "{}"));
            HttpTransport strict = transport(HttpTransportSettings.builder().tls(TlsSettings.of(elsewhere)));
            assertThat(send(strict, other.uri("/")).awaitFailure().kind()).isEqualTo(Kind.TLS);

            HttpTransport lenient = transport(HttpTransportSettings.builder()
                    .tls(new TlsSettings(
                            elsewhere,
                            Optional.of((host, session) -> host.equals("127.0.0.1")),
                            List.of(),
                            List.of())));
            assertThat(send(lenient, other.uri("/")).awaitEnd()).isEqualTo("{}");

            HttpTransport stricter = transport(HttpTransportSettings.builder()
                    .tls(new TlsSettings(elsewhere, Optional.of((host, session) -> false), List.of(), List.of())));
            assertThat(send(stricter, other.uri("/")).awaitFailure().kind()).isEqualTo(Kind.TLS);
        }
    }

    @Test
    void usesOnlyTheProtocolsGiven() {
        server.otherwise(Answer.json(200, "{}"));
        AtomicLong sessions = new AtomicLong();
        HttpTransport transport = transport(HttpTransportSettings.builder()
                .tls(new TlsSettings(
                        TestCertificate.context(),
                        Optional.of((host, session) -> {
                            sessions.incrementAndGet();
                            return session.getProtocol().equals("TLSv1.2");
                        }),
                        List.of("TLSv1.2"),
                        List.of())));
        assertThat(send(transport, server.uri("/")).awaitEnd()).isEqualTo("{}");
        assertThat(sessions).hasValue(1);
    }

    @Test
    void timesOutWhenTheHandshakeIsNotAnswered() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            HttpRequest request = HttpRequest.get(
                            URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/"), List.of())
                    .withTimeouts(HttpTimeouts.NONE.withConnect(Duration.ofMillis(50)));
            TransportException failure = send(trusting(), request).awaitFailure();
            assertThat(failure.kind()).isEqualTo(Kind.CONNECT_TIMEOUT);
            assertThat(failure.requestMayHaveReachedServer()).isFalse();
        }
    }

    @Test
    void tellsThatTheServerClosedInsteadOfShakingHands() throws Exception {
        try (PlaybackServer plain = PlaybackServer.start()) {
            URI uri = URI.create("https://127.0.0.1:" + plain.port() + "/");
            Collector answer = send(trusting(), uri);
            plain.closeConnections();
            while (!answer.isOver()) {
                plain.closeConnections();
            }
            assertThat(answer.awaitFailure().kind()).isIn(Kind.TLS, Kind.CONNECT_FAILED);
        }
    }

    @Test
    void letsTheServerSeeACancel() {
        Gate gate = new Gate();
        server.play(Answer.sse().chunk("data: 1\n\n").await(gate));
        Collector answer = new Collector();
        HttpExchange exchange = trusting().send(HttpRequest.get(server.uri("/"), List.of()), answer);
        answer.awaitFirstData();
        exchange.cancel();
        assertThat(answer.awaitFailure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(server.takeClosed().byClient()).isTrue();
    }

    @Test
    void tellsThatTheBodyWasCutOff() {
        server.play(
                Answer.sse().chunk("data: 1\n\n").cut(),
                Answer.json(200, "0123456789").resetAfter(5));
        HttpTransport transport = trusting();
        for (int i = 0; i < 2; i++) {
            assertThat(send(transport, server.uri("/")).awaitFailure().kind()).isIn(Kind.CONNECTION_LOST, Kind.TLS);
        }
    }

    @Test
    void holdsTheServerBackWhilePaused() {
        long length = 32L * 1024 * 1024;
        server.play(Answer.of(200).filler(length));
        server.otherwise(Answer.json(200, "{}"));
        HttpTransport transport = trusting();
        AtomicLong received = new AtomicLong();
        CountDownLatch begun = new CountDownLatch(1);
        Collector answer = new Collector() {
            @Override
            public void onData(ByteBuffer bytes) {
                received.addAndGet(bytes.remaining());
                begun.countDown();
            }
        };
        HttpExchange exchange = transport.send(HttpRequest.get(server.uri("/"), List.of()), answer);
        exchange.pause();
        assertThat(awaits(begun)).isTrue();
        for (int i = 0; i < 50; i++) {
            send(transport, server.uri("/")).awaitEnd();
        }
        assertThat(received.get()).isLessThanOrEqualTo(HttpTransportSettings.DEFAULT.windowBytes() + 2 * 16_384);
        assertThat(server.bodyBytesSent()).isLessThan(length / 2);
        exchange.resume();
        answer.awaitEnd();
        assertThat(received.get()).isEqualTo(length);
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
