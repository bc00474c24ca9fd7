package io.github.camelllm.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import io.github.camelllm.testing.PlaybackServer;
import io.github.camelllm.testing.RecordedRequest;
import io.github.camelllm.transport.TransportException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Transports.class)
class PoolTest {
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PlaybackServer server = PlaybackServer.start();
    private final List<HttpTransport> started = new ArrayList<>();
    private final Transports transports;

    PoolTest(Transports transports) {
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

    private static Collector send(HttpTransport transport, HttpRequest request) {
        Collector collector = new Collector();
        transport.send(request, collector);
        return collector;
    }

    private HttpRequest post(String path) {
        return HttpRequest.post(server.uri(path), List.of(), new byte[] {'{', '}'});
    }

    @Test
    void keepsToTheLimitPerHostAndServesTheWaitingInOrder() {
        Gate allConnected = new Gate();
        server.otherwise(request -> Answer.json(200, request.path()).after(allConnected));
        HttpTransport transport = transport(HttpTransportSettings.builder().maxConnectionsPerHost(3));
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(send(transport, post("/" + i)));
        }
        await().atMost(PATIENCE).until(() -> server.requests().size() == 3);
        allConnected.open();
        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i).awaitEnd()).isEqualTo("/" + i);
        }
        assertThat(server.acceptedConnections()).isEqualTo(3);
        await().atMost(PATIENCE).until(() -> transport.stats().equals(new TransportStats(3, 0, 0, 0)));
    }

    @Test
    void closesAnIdleConnectionWhenAnotherHostNeedsItsPlace() {
        server.otherwise(Answer.json(200, "{}"));
        try (PlaybackServer other = PlaybackServer.start()) {
            other.otherwise(Answer.json(200, "[]"));
            HttpTransport transport = transport(HttpTransportSettings.builder().maxConnections(1));
            for (int i = 0; i < 3; i++) {
                assertThat(send(transport, post("/")).awaitEnd()).isEqualTo("{}");
                assertThat(send(transport, HttpRequest.get(other.uri("/"), List.of()))
                                .awaitEnd())
                        .isEqualTo("[]");
            }
            assertThat(transport.stats().connections()).isEqualTo(1);
        }
    }

    @Test
    void letsAnotherHostConnectWhenABusyConnectionEnds() {
        Gate gate = new Gate();
        server.play(Answer.json(200, "{}").after(gate));
        try (PlaybackServer other = PlaybackServer.start()) {
            other.otherwise(Answer.json(200, "[]"));
            HttpTransport transport = transport(HttpTransportSettings.builder().maxConnections(1));
            Collector busy = new Collector();
            HttpExchange exchange = transport.send(post("/"), busy);
            gate.awaitReached();
            Collector waiting = send(transport, HttpRequest.get(other.uri("/"), List.of()));
            exchange.cancel();
            assertThat(waiting.awaitEnd()).isEqualTo("[]");
        }
    }

    @Test
    void refusesWhenTooManyWait() {
        Gate gate = new Gate();
        server.otherwise(Answer.json(200, "{}").after(gate));
        HttpTransport transport = transport(
                HttpTransportSettings.builder().maxConnectionsPerHost(1).maxPending(2));
        Collector served = send(transport, post("/"));
        gate.awaitReached();
        Collector first = send(transport, post("/"));
        Collector second = send(transport, post("/"));
        TransportException failure = send(transport, post("/")).awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.POOL_EXHAUSTED);
        assertThat(failure.requestMayHaveReachedServer()).isFalse();
        assertThat(transport.stats()).isEqualTo(new TransportStats(1, 0, 3, 2));
        gate.open();
        served.awaitEnd();
        first.awaitEnd();
        second.awaitEnd();
    }

    @Test
    void doesNotLetAnExchangeWaitForever() {
        Gate gate = new Gate();
        server.otherwise(Answer.json(200, "{}").after(gate));
        HttpTransport transport = transport(
                HttpTransportSettings.builder().maxConnectionsPerHost(1).acquireTimeout(SHORT));
        Collector served = send(transport, post("/"));
        gate.awaitReached();
        HttpTimeouts connect = HttpTimeouts.NONE.withConnect(Duration.ofMillis(1));
        TransportException failure =
                send(transport, post("/").withTimeouts(connect)).awaitFailure();
        assertThat(failure.kind()).isEqualTo(Kind.POOL_EXHAUSTED);
        assertThat(transport.stats().pending()).isZero();
        gate.open();
        served.awaitEnd();
    }

    @Test
    void forgetsAWaitingExchangeThatIsCancelled() {
        Gate gate = new Gate();
        server.otherwise(Answer.json(200, "{}").after(gate));
        HttpTransport transport = transport(HttpTransportSettings.builder().maxConnectionsPerHost(1));
        Collector served = send(transport, post("/served"));
        gate.awaitReached();
        Collector waiting = new Collector();
        transport.send(post("/cancelled"), waiting).cancel();
        assertThat(waiting.awaitFailure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(transport.stats()).isEqualTo(new TransportStats(1, 0, 1, 0));
        gate.open();
        served.awaitEnd();
        assertThat(server.requests()).extracting(RecordedRequest::path).containsExactly("/served");
    }

    @Test
    void closesConnectionsThatAreIdle() {
        server.otherwise(Answer.json(200, "{}"));
        HttpTransport transport = transport(HttpTransportSettings.builder().idleTimeout(SHORT));
        send(transport, post("/")).awaitEnd();
        assertThat(server.takeClosed().byClient()).isTrue();
        assertThat(transport.stats().connections()).isZero();
        send(transport, post("/")).awaitEnd();
        assertThat(server.acceptedConnections()).isEqualTo(2);
    }

    @Test
    void closesAnIdleConnectionBeforeTheServerWill() {
        server.otherwise(Answer.json(200, "{}").header("Keep-Alive", "timeout=2, max=100"));
        HttpTransport transport = transport(HttpTransportSettings.builder());
        send(transport, post("/")).awaitEnd();
        assertThat(server.takeClosed().byClient())
                .as("by the client, after a second")
                .isTrue();
    }

    @Test
    void replacesConnectionsThatAreOld() {
        server.otherwise(Answer.json(200, "{}"));
        HttpTransport transport = transport(HttpTransportSettings.builder().maxConnectionAge(Duration.ofNanos(1)));
        for (int i = 1; i <= 3; i++) {
            send(transport, post("/")).awaitEnd();
            assertThat(server.takeClosed().byClient()).isTrue();
        }
        assertThat(server.acceptedConnections()).isEqualTo(3);
    }

    @Test
    void noticesThatTheServerClosedAnIdleConnection() {
        server.otherwise(Answer.json(200, "{}"));
        HttpTransport transport = transport(HttpTransportSettings.builder());
        for (int i = 0; i < 5; i++) {
            send(transport, post("/" + i)).awaitEnd();
            server.closeConnections();
            await().atMost(PATIENCE).until(() -> transport.stats().connections() == 0);
        }
        assertThat(server.requests()).hasSize(5);
    }

    @Test
    void neverSendsARequestTwiceWhenTheServerClosesMeanwhile() {
        server.otherwise(Answer.json(200, "{}").thenClose());
        HttpTransport transport = transport(HttpTransportSettings.builder());
        int lost = 0;
        for (int i = 0; i < 300; i++) {
            Collector answer = send(transport, post("/" + i));
            Optional<TransportException> failure = answer.awaitOver();
            if (failure.isPresent()) {
                assertThat(failure.get().kind()).isEqualTo(Kind.CONNECTION_LOST);
                assertThat(failure.get().answerBegun()).isFalse();
                lost++;
            }
        }
        List<String> paths =
                server.requests().stream().map(RecordedRequest::path).collect(Collectors.toList());
        assertThat(paths).doesNotHaveDuplicates();
        assertThat(paths.size()).isGreaterThanOrEqualTo(300 - lost);
    }

    @Test
    void endsEveryExchangeOnceWhileManyAreCancelled() {
        server.otherwise(request -> Answer.sse().chunk("data: 1\n\n").chunk("data: 2\n\n"));
        HttpTransport transport = transport(HttpTransportSettings.builder().maxConnectionsPerHost(20));
        Random random = new Random(42);
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            Collector answer = new Collector();
            HttpExchange exchange = transport.send(post("/" + i), answer);
            answers.add(answer);
            switch (random.nextInt(4)) {
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
        await().atMost(PATIENCE).until(() -> transport.stats().inFlight() == 0);
        assertThat(transport.stats().pending()).isZero();
        assertThat(transport.stats().connections()).isLessThanOrEqualTo(20);
        assertThat(send(transport, post("/last")).awaitEnd()).isEqualTo("data: 1\n\ndata: 2\n\n");
    }

    @Test
    void endsExchangesOnClose() {
        Gate gate = new Gate();
        server.play(Answer.json(200, "{}").after(gate));
        HttpTransport transport = transport(HttpTransportSettings.builder());
        Collector answer = send(transport, post("/"));
        gate.awaitReached();
        transport.close();
        assertThat(answer.awaitFailure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(server.takeClosed().byClient()).isTrue();
        TransportException refused = send(transport, post("/")).awaitFailure();
        assertThat(refused.kind()).isEqualTo(Kind.CANCELLED);
        assertThat(refused).hasMessageContaining("closed");
    }

    @Test
    void namesItsThreadsAndLeavesNone() {
        Set<Thread> others = Set.copyOf(ours());
        server.otherwise(Answer.json(200, "{}"));
        HttpTransport transport = transport(HttpTransportSettings.builder());
        send(transport, post("/")).awaitEnd();
        List<Thread> own =
                ours().stream().filter(thread -> !others.contains(thread)).toList();
        assertThat(own).isNotEmpty().allMatch(Thread::isDaemon);
        transport.close();
        transport.close();
        await().atMost(PATIENCE).until(() -> own.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void givesExchangesUnderWayTimeToEndOnClose() throws Exception {
        Gate gate = new Gate();
        server.play(Answer.json(200, "{}").after(gate));
        HttpTransport transport = transports.start(
                HttpTransportSettings.builder().closeGrace(PATIENCE).build());
        Collector answer = send(transport, post("/"));
        gate.awaitReached();
        Thread closing = new Thread(transport::close);
        closing.start();
        await().atMost(PATIENCE).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        gate.open();
        assertThat(answer.awaitEnd()).isEqualTo("{}");
        closing.join(PATIENCE.toMillis());
        assertThat(closing.isAlive()).isFalse();
    }

    private static List<Thread> ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("camel-llm-http-")
                        || thread.getName().startsWith("vert"))
                .toList();
    }
}
