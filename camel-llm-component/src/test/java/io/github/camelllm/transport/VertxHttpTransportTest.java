package io.github.camelllm.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import io.github.camelllm.testing.PlaybackServer;
import io.github.camelllm.transport.TransportException.Kind;
import io.github.camelllm.wire.WireHeaders;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What concerns event loops; all else is in the tests of both transports. */
class VertxHttpTransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PlaybackServer server = PlaybackServer.start();
    private final Vertx vertx = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
    private final List<HttpTransport> started = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        started.forEach(HttpTransport::close);
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private HttpTransport transport(HttpTransportSettings.Builder settings) {
        HttpTransport transport =
                new VertxHttpTransport(settings.closeGrace(Duration.ZERO).build(), vertx);
        started.add(transport);
        return transport;
    }

    private HttpRequest get(String path) {
        return HttpRequest.get(server.uri(path), List.of());
    }

    /** Notes in which threads and Vert.x contexts it is called. */
    private static final class Spy extends Collector {
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        final Set<Context> contexts = Collections.synchronizedSet(new HashSet<>());

        private void note() {
            threads.add(Thread.currentThread());
            contexts.add(Vertx.currentContext());
        }

        @Override
        public void onHead(int status, WireHeaders received) {
            note();
            super.onHead(status, received);
        }

        @Override
        public void onData(ByteBuffer bytes) {
            note();
            super.onData(bytes);
        }

        @Override
        public void onEnd() {
            note();
            super.onEnd();
        }

        @Override
        public void onFailure(TransportException reason) {
            note();
            super.onFailure(reason);
        }
    }

    /** Contexts of two different event loops. */
    private List<Context> twoLoops() {
        Set<Thread> threads = new LinkedHashSet<>();
        List<Context> contexts = new ArrayList<>();
        while (contexts.size() < 2) {
            Context context = ((io.vertx.core.impl.VertxInternal) vertx).createEventLoopContext();
            if (threads.add(threadOf(context))) {
                contexts.add(context);
            }
        }
        return contexts;
    }

    private static Thread threadOf(Context context) {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        context.runOnContext(ignored -> thread.complete(Thread.currentThread()));
        return thread.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static Spy send(Context context, HttpTransport transport, HttpRequest request) {
        Spy spy = new Spy();
        context.runOnContext(ignored -> transport.send(request, spy));
        return spy;
    }

    @Test
    void staysOnTheEventLoopAndInTheContextOfItsCaller() {
        server.otherwise(request -> Answer.json(200, request.path()));
        HttpTransport transport = transport(HttpTransportSettings.builder());
        List<Context> loops = twoLoops();
        for (int i = 0; i < 10; i++) {
            for (Context loop : loops) {
                Spy spy = send(loop, transport, get("/" + i));
                assertThat(spy.awaitEnd()).isEqualTo("/" + i);
                assertThat(spy.threads).containsExactly(threadOf(loop));
                assertThat(spy.contexts).containsExactly(loop);
            }
        }
        assertThat(server.acceptedConnections()).as("one for each loop").isEqualTo(2);
    }

    @Test
    void staysOnTheEventLoopWithHttp2() throws Exception {
        try (Http2Server http2 =
                Http2Server.start(100, request -> request.response().end("ok"))) {
            HttpTransport transport = transport(HttpTransportSettings.builder().httpVersion(HttpVersionPolicy.HTTP_2));
            List<Context> loops = twoLoops();
            for (int i = 0; i < 10; i++) {
                for (Context loop : loops) {
                    Spy spy = send(loop, transport, HttpRequest.get(http2.uri("/"), List.of()));
                    assertThat(spy.awaitEnd()).isEqualTo("ok");
                    assertThat(spy.threads).containsExactly(threadOf(loop));
                    assertThat(spy.contexts).containsExactly(loop);
                }
            }
            assertThat(http2.connections()).hasSize(2);
            transport.close();
        }
    }

    @Test
    void opensConnectionsOnTheLoopThatEachWaitingExchangeWants() {
        Gate gate = new Gate();
        server.otherwise(request -> Answer.json(200, "{}").after(gate));
        HttpTransport transport = transport(HttpTransportSettings.builder());
        List<Context> loops = twoLoops();
        List<Spy> spies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            spies.add(send(loops.get(i / 5 % 2), transport, get("/" + i)));
        }
        await().atMost(PATIENCE).until(() -> server.requests().size() == 20);
        gate.open();
        for (int i = 0; i < 20; i++) {
            spies.get(i).awaitEnd();
            assertThat(spies.get(i).threads).containsExactly(threadOf(loops.get(i / 5 % 2)));
        }
        assertThat(server.acceptedConnections()).isEqualTo(20);
    }

    @Test
    void callsBackNeitherBeforeSendHasReturnedNorOnAnotherLoopWhenItFails() {
        Context loop = twoLoops().get(1);
        HttpTransport transport = transport(HttpTransportSettings.builder());
        transport.close();
        AtomicBoolean returned = new AtomicBoolean();
        CompletableFuture<Boolean> after = new CompletableFuture<>();
        Collector collector = new Collector() {
            @Override
            public void onFailure(TransportException reason) {
                after.complete(returned.get());
                super.onFailure(reason);
            }
        };
        loop.runOnContext(ignored -> {
            transport.send(get("/"), collector);
            returned.set(true);
        });
        assertThat(collector.awaitFailure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(after.join()).isTrue();
    }

    @Test
    void takesAConnectionOfAnotherLoopRatherThanNone() {
        server.otherwise(request -> Answer.json(200, request.path()));
        HttpTransport transport = transport(HttpTransportSettings.builder().maxConnectionsPerHost(1));
        for (int i = 0; i < 4; i++) {
            for (Context loop : twoLoops()) {
                assertThat(send(loop, transport, get("/" + i)).awaitEnd()).isEqualTo("/" + i);
            }
        }
        assertThat(server.acceptedConnections()).isEqualTo(1);
    }

    @Test
    void servesAllCallersWhenConnectionsAreFew() {
        server.otherwise(request -> Answer.json(200, request.path()));
        HttpTransport transport = transport(HttpTransportSettings.builder().maxConnectionsPerHost(3));
        List<Context> loops = twoLoops();
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            if (i % 3 < 2) {
                answers.add(send(loops.get(i % 3), transport, get("/" + i)));
            } else {
                Collector answer = new Collector();
                transport.send(get("/" + i), answer);
                answers.add(answer);
            }
        }
        for (int i = 0; i < 600; i++) {
            assertThat(answers.get(i).awaitEnd()).isEqualTo("/" + i);
        }
        assertThat(server.acceptedConnections()).isEqualTo(3);
        await().atMost(PATIENCE).until(() -> transport.stats().equals(new TransportStats(3, 0, 0, 0)));
    }

    @Test
    void tellsTimeoutsOnTheEventLoop() {
        server.otherwise(Answer.none());
        HttpTransport transport = transport(HttpTransportSettings.builder());
        HttpRequest request = get("/").withTimeouts(HttpTimeouts.NONE.withFirstByte(Duration.ofMillis(40)));
        for (Context loop : twoLoops()) {
            Spy spy = send(loop, transport, request);
            assertThat(spy.awaitFailure().kind()).isEqualTo(Kind.FIRST_BYTE_TIMEOUT);
            assertThat(spy.threads).containsExactly(threadOf(loop));
            assertThat(spy.contexts).containsExactly(loop);
        }
    }

    @Test
    void handsOverTheBytesWhereTheyLie() {
        server.otherwise(Answer.json(200, "{}"));
        CompletableFuture<Boolean> direct = new CompletableFuture<>();
        Collector answer = new Collector() {
            @Override
            public void onData(ByteBuffer bytes) {
                direct.complete(bytes.isDirect());
                super.onData(bytes);
            }
        };
        transport(HttpTransportSettings.builder()).send(get("/"), answer);
        assertThat(answer.awaitEnd()).isEqualTo("{}");
        assertThat(direct.join()).isTrue();
    }

    @Test
    void leavesAVertxThatItWasGiven() throws Exception {
        HttpTransport transport = transport(HttpTransportSettings.builder());
        transport.close();
        CountDownLatch runs = new CountDownLatch(1);
        vertx.runOnContext(ignored -> runs.countDown());
        assertThat(runs.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void failsWhenItsEventLoopsHaveEnded() throws Exception {
        server.otherwise(Answer.json(200, "{}"));
        Vertx other = Vertx.vertx();
        HttpTransport transport = new VertxHttpTransport(HttpTransportSettings.DEFAULT, other);
        started.add(transport);
        Collector before = new Collector();
        transport.send(get("/"), before);
        before.awaitEnd();
        other.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        Collector after = new Collector();
        transport.send(get("/"), after);
        TransportException failure = after.awaitFailure();
        assertThat(failure.requestMayHaveReachedServer()).isFalse();
        assertThat(transport.stats()).isEqualTo(new TransportStats(0, 0, 0, 0));
    }

    @Test
    void usesTheVertxOfARegistryOrItsOwn() throws Exception {
        server.otherwise(Answer.json(200, "{}"));
        for (Vertx found : new Vertx[] {vertx, null}) {
            HttpTransport transport = VertxHttpTransport.of(HttpTransportSettings.DEFAULT, type -> {
                assertThat(type).isEqualTo(Vertx.class);
                return found;
            });
            started.add(transport);
            Spy spy = new Spy();
            transport.send(get("/"), spy);
            assertThat(spy.awaitEnd()).isEqualTo("{}");
            Set<Thread> loops = new LinkedHashSet<>();
            twoLoops().forEach(loop -> loops.add(threadOf(loop)));
            assertThat(loops.containsAll(spy.threads)).isEqualTo(found != null);
        }
    }

    @Test
    void refusesHeaderFieldsThatHttp2DoesNotHave() throws Exception {
        try (Http2Server http2 =
                Http2Server.start(100, request -> request.response().end("ok"))) {
            HttpTransport transport = transport(HttpTransportSettings.builder().httpVersion(HttpVersionPolicy.HTTP_2));
            Collector refused = new Collector();
            transport.send(HttpRequest.get(http2.uri("/"), List.of(HttpField.of("Connection", "close"))), refused);
            TransportException failure = refused.awaitFailure();
            assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
            assertThat(failure).hasMessageContaining("connection");
            assertThat(failure.requestMayHaveReachedServer()).isFalse();
            Collector next = new Collector();
            transport.send(HttpRequest.get(http2.uri("/"), List.of()), next);
            assertThat(next.awaitEnd()).isEqualTo("ok");
            assertThat(transport.stats()).isEqualTo(new TransportStats(1, 0, 0, 0));
            transport.close();
        }
    }

    @Test
    void refusesAThreadFactory() {
        HttpTransportSettings settings =
                HttpTransportSettings.builder().threadFactory(Thread::new).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VertxHttpTransport(settings))
                .withMessageStartingWith("threadFactory");
        assertThatIllegalArgumentException().isThrownBy(() -> new VertxHttpTransport(settings, vertx));
    }
}
