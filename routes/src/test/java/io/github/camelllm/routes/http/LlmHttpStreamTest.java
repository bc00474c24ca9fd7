package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LlmHttpStreamTest {
    private final Source source = new Source();
    private final AtomicInteger completed = new AtomicInteger();
    private final Processor route = exchange -> {
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                completed.incrementAndGet();
            }
        });
        exchange.getMessage().setBody(source);
    };
    private HttpServer server;

    /** A stream in the hands of a test. */
    private static final class Source implements Flow.Publisher<ByteBuffer>, Flow.Subscription {
        final CompletableFuture<Flow.Subscriber<? super ByteBuffer>> subscriber = new CompletableFuture<>();
        final AtomicLong demand = new AtomicLong();
        final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        volatile boolean late;

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> given) {
            if (!late) {
                given.onSubscribe(this);
            }
            subscriber.complete(given);
        }

        @Override
        public void request(long n) {
            demand.addAndGet(n);
        }

        @Override
        public void cancel() {
            cancelled.complete(true);
        }

        Flow.Subscriber<? super ByteBuffer> reader() throws Exception {
            return subscriber.get(20, TimeUnit.SECONDS);
        }

        void give(String text) throws Exception {
            reader().onNext(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private RawClient client(String options) throws Exception {
        server = new HttpServer(options, route);
        return server.client();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void expectNothingLeft() {
        await().untilAsserted(() ->
                assertThat(server.consumer().getPendingExchangesSize()).isZero());
        await().untilAsserted(() -> assertThat(server.room().takenBytes()).isZero());
        assertThat(completed).hasValue(1);
    }

    @Test
    void givesClientsEachPieceWhenItIsThere() throws Exception {
        try (RawClient client = client("")) {
            client.get("/");
            source.give("one");
            assertThat(client.head()).contains("content-type: text/event-stream");
            assertThat(client.chunk()).isEqualTo("one");
            assertThat(completed).as("the exchange lasts as long as its stream").hasValue(0);
            source.give("two");
            assertThat(client.chunk()).isEqualTo("two");
            source.reader().onComplete();
            assertThat(client.chunk()).isEmpty();
            expectNothingLeft();
            client.post("/", "", "Expect: another");
            assertThat(client.head()).as("the connection goes on").startsWith("HTTP/1.1 417");
        }
    }

    @Test
    void sendsWhatComesTogetherInOnePiece() throws Exception {
        AtomicInteger chunks = new AtomicInteger();
        try (RawClient client = client("")) {
            client.get("/");
            Flow.Subscriber<? super ByteBuffer> reader = source.reader();
            for (int i = 0; i < 50; i++) {
                reader.onNext(ByteBuffer.wrap("x".getBytes(StandardCharsets.UTF_8)));
            }
            reader.onComplete();
            client.head();
            StringBuilder all = new StringBuilder();
            for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                all.append(chunk);
                chunks.incrementAndGet();
            }
            assertThat(all).hasToString("x".repeat(50));
            assertThat(chunks.get()).isLessThan(50);
        }
    }

    @Test
    void asksForNoMoreThanTheClientTakes() throws Exception {
        byte[] piece = new byte[64 << 10];
        server = new HttpServer("", route);
        try (RawClient client = new RawClient(server.port(), 4 << 10)) {
            client.get("/");
            long given = 0;
            // Gives as much as is asked for, until nothing more is
            long seen = -1;
            while (seen != source.demand.get() || given < seen) {
                seen = source.demand.get();
                while (given < source.demand.get()) {
                    source.reader().onNext(ByteBuffer.wrap(piece.clone()));
                    given++;
                }
                loopHasRun();
            }
            assertThat(given * piece.length)
                    .as("bytes taken from the source for a client that reads nothing")
                    .isLessThan(64L << 20);
            source.reader().onComplete();
            client.head();
            long read = 0;
            for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                read += chunk.length();
            }
            assertThat(read).isEqualTo(given * piece.length);
            expectNothingLeft();
        }
    }

    /** Waits until the server's event loop has done what it had to do. */
    private void loopHasRun() throws Exception {
        try (RawClient other = server.client()) {
            other.send("NONSENSE\r\n\r\n");
            other.rest();
        }
    }

    @Test
    void cancelsTheStreamWhenTheClientLeaves() throws Exception {
        try (RawClient client = client("")) {
            client.post("/", "hello");
            source.give("one");
            client.head();
            assertThat(client.chunk()).isEqualTo("one");
            assertThat(server.room().takenBytes()).isEqualTo(5);
        }
        assertThat(source.cancelled.get(20, TimeUnit.SECONDS)).isTrue();
        expectNothingLeft();
    }

    @Test
    void cancelsAStreamThatBeginsWhenTheClientHasLeft() throws Exception {
        source.late = true;
        try (RawClient client = client("")) {
            client.get("/");
            source.reader();
        }
        await().until(() -> completed.get() == 1);

        source.reader().onSubscribe(source);
        assertThat(source.cancelled).isCompleted();
        assertThat(source.demand).hasValue(0);
        expectNothingLeft();
    }

    @Test
    void cancelsTheStreamWhenTheClientTakesNothing() throws Exception {
        server = new HttpServer("?writeTimeout=200", route);
        try (RawClient client = new RawClient(server.port(), 4 << 10)) {
            client.get("/");
            for (int i = 0; i < 64; i++) {
                source.reader().onNext(ByteBuffer.wrap(new byte[256 << 10]));
            }
            assertThat(source.cancelled.get(20, TimeUnit.SECONDS)).isTrue();
            expectNothingLeft();
        }
    }

    @Test
    void doesNotEndABrokenStreamAsIfItWereWhole() throws Exception {
        try (RawClient client = client("")) {
            client.get("/");
            source.give("half");
            client.head();
            assertThat(client.chunk()).isEqualTo("half");
            source.give("the error");
            source.reader().onError(new IllegalStateException("the provider hung up"));
            assertThat(client.chunk()).isEqualTo("the error");
            assertThatThrownBy(client::chunk).isInstanceOf(EOFException.class);
            expectNothingLeft();
        }
    }

    @Test
    void drainsStreamsBeforeItStops() throws Exception {
        try (RawClient client = client("");
                RawClient idle = server.client()) {
            client.get("/");
            source.give("one");
            client.head();
            assertThat(client.chunk()).isEqualTo("one");
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::close);
            assertThat(idle.rest()).as("idle connections are closed").isEmpty();
            assertThatThrownBy(server::client)
                    .as("whoever connects can go elsewhere")
                    .isInstanceOf(ConnectException.class);
            source.give("two");
            assertThat(client.chunk()).isEqualTo("two");
            assertThat(stopping).isNotDone();
            source.reader().onComplete();
            assertThat(client.chunk()).isEmpty();
            assertThat(client.rest()).isEmpty();
            stopping.get(20, TimeUnit.SECONDS);
            assertThat(completed).hasValue(1);
        }
    }

    @Test
    void listensAgainWhenItIsResumedAndKeepsItsStreams() throws Exception {
        try (RawClient client = client("")) {
            client.get("/");
            source.give("one");
            client.head();
            assertThat(client.chunk()).isEqualTo("one");
            int port = server.port();

            server.consumer().suspend();
            assertThatThrownBy(server::client).isInstanceOf(ConnectException.class);
            server.consumer().resume();

            assertThat(server.port()).isEqualTo(port);
            try (RawClient other = server.client()) {
                other.post("/", "", "Expect: another");
                assertThat(other.head()).startsWith("HTTP/1.1 417");
            }
            source.give("two");
            assertThat(client.chunk()).isEqualTo("two");
            source.reader().onComplete();
            assertThat(client.chunk()).isEmpty();
            expectNothingLeft();
        }
    }

    @Test
    void cutsStreamsThatOutlastTheShutdown() throws Exception {
        try (RawClient client = client("")) {
            server.context().getShutdownStrategy().setTimeout(1);
            client.get("/");
            source.give("one");
            client.head();
            assertThat(client.chunk()).isEqualTo("one");
            server.close();
            assertThatThrownBy(client::chunk).isInstanceOf(EOFException.class);
            assertThat(source.cancelled.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
