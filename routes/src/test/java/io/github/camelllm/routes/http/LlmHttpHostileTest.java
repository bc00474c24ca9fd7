package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that mean harm, or are broken, get a clear answer or a closed connection, and cost nobody else anything. */
class LlmHttpHostileTest {
    private static final String LIMITS = "?maxBodyBytes=1000&maxHeaderBytes=2000&maxRequestLineBytes=500"
            + "&headTimeout=200&bodyTimeout=200&keepAliveTimeout=200";

    private final AtomicInteger routed = new AtomicInteger();
    private final Processor route = exchange -> {
        routed.incrementAndGet();
        exchange.getMessage().setBody("served");
    };
    private HttpServer server;

    private RawClient client(String options) throws Exception {
        server = new HttpServer(options, route);
        return server.client();
    }

    @AfterEach
    void othersAreServedAndNothingIsLeft() throws Exception {
        try (RawClient other = server.client()) {
            assertThat(other.get("/").answer().body()).isEqualTo("served");
        }
        await().untilAsserted(() ->
                assertThat(server.consumer().getPendingExchangesSize()).isZero());
        await().untilAsserted(
                        () -> assertThat(server.consumer().getConnections()).isZero());
        await().untilAsserted(() -> assertThat(server.room().takenBytes()).isZero());
        server.close();
    }

    private static String get(String target, String headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
    }

    private static String post(String headers, String body) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
    }

    private static String chunk(int bytes) {
        return Integer.toHexString(bytes) + "\r\n" + "x".repeat(bytes) + "\r\n";
    }

    static Stream<Arguments> refused() {
        String bodyTooLong = "longer than 1000 bytes";
        String headersTooLong = "longer than 2000 bytes";
        String noHttp = "no HTTP/1.1 request";
        return Stream.of(
                arguments("a body declared too long", post("Content-Length: 1001\r\n", ""), 413, bodyTooLong),
                arguments(
                        "a body of an absurd length",
                        post("Content-Length: 9223372036854775807\r\n", ""),
                        413,
                        bodyTooLong),
                arguments(
                        "a body that turns out too long",
                        post("Transfer-Encoding: chunked\r\n", chunk(500).repeat(4)),
                        413,
                        bodyTooLong),
                arguments(
                        "a body too long to be asked for",
                        post("Expect: 100-continue\r\nContent-Length: 1001\r\n", ""),
                        413,
                        bodyTooLong),
                arguments("a header too long", get("/", "x: " + "y".repeat(3000) + "\r\n"), 431, headersTooLong),
                arguments("headers too many", get("/", "x: y\r\n".repeat(1000)), 431, headersTooLong),
                arguments("a request line too long", get("/" + "y".repeat(600), ""), 414, "longer than 500 bytes"),
                arguments("a greeting", "HELLO\r\n\r\n", 400, noHttp),
                arguments("a header without a colon", get("/", "no colon here\r\n"), 400, noHttp),
                arguments("a negative length", post("Content-Length: -5\r\n", ""), 400, noHttp),
                arguments("two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400, noHttp),
                arguments("a length that is no number", post("Content-Length: abc\r\n", ""), 400, noHttp),
                arguments("a zero byte in a header's name", get("/", "x\u0000y: z\r\n"), 400, noHttp),
                arguments("the beginning of TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", 400, noHttp),
                arguments(
                        "a body that does not come",
                        post("Content-Length: 10\r\n", "abc"),
                        408,
                        "did not come within"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String what, String request, int status, String words) throws Exception {
        try (RawClient client = client(LIMITS)) {
            RawClient.Answer answer = client.trySend(request).answer();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).contains(words);
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(client.rest()).isEmpty();
            assertThat(routed).hasValue(0);
        }
    }

    static Stream<Arguments> unanswered() {
        return Stream.of(
                arguments("a silent client", ""), arguments("a head that does not end", "GET / HTTP/1.1\r\nHost"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unanswered")
    void doesNotWaitFor(String what, String request) throws Exception {
        try (RawClient client = client(LIMITS)) {
            assertThat(client.send(request).rest()).isEmpty();
            assertThat(routed).hasValue(0);
        }
    }

    @Test
    void takesABodyThatIsJustShortEnough() throws Exception {
        try (RawClient client = client(LIMITS)) {
            assertThat(client.post("/", "x".repeat(1000)).answer().body()).isEqualTo("served");
        }
    }

    static Stream<Arguments> withoutRoom() {
        return Stream.of(
                arguments("a body declared too long", post("Content-Length: 1000\r\n", "")),
                arguments(
                        "a body too long to be asked for",
                        post("Expect: 100-continue\r\nContent-Length: 1000\r\n", "")),
                arguments("a body that comes", post("Transfer-Encoding: chunked\r\n", chunk(90) + chunk(90))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutRoom")
    void refusesWhatItHasNoRoomFor(String what, String request) throws Exception {
        try (RawClient client = client(LIMITS)) {
            long others = server.room().maxBytes() - 100;
            assertThat(server.room().take(others)).isTrue();

            RawClient.Answer answer = client.trySend(request).answer();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).isEqualTo("1");
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(client.rest()).isEmpty();
            assertThat(routed).hasValue(0);
            assertThat(server.room().takenBytes()).isEqualTo(others);
            try (RawClient small = server.client()) {
                assertThat(small.post("/", "x".repeat(100)).answer().status()).isEqualTo(200);
            }
            server.room().give(others);
        }
        try (RawClient later = server.client()) {
            assertThat(later.post("/", "x".repeat(1000)).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void doesNotLetARequestBeSmuggledBehindAnother() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            String all = client.rest();
            // By RFC 9112 section 6.3 the chunks count, and the connection ends after the answer or is refused
            assertThat(all).doesNotContain("smuggled");
            assertThat(routed.get()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void doesNotKeepAnIdleConnection() throws Exception {
        try (RawClient client = client(LIMITS)) {
            assertThat(client.get("/").answer().status()).isEqualTo(200);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void forgetsAClientThatLeavesInTheMiddleOfItsBody() throws Exception {
        try (RawClient client = client("")) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
            await().untilAsserted(() ->
                    assertThat(server.consumer().getPendingExchangesSize()).isEqualTo(1));
        }
        await().untilAsserted(() ->
                assertThat(server.consumer().getPendingExchangesSize()).isZero());
        assertThat(routed).hasValue(0);
    }

    @Test
    void closesConnectionsBeyondItsLimit() throws Exception {
        try (RawClient first = client("?maxConnections=1")) {
            assertThat(first.get("/").answer().status()).isEqualTo(200);
            try (RawClient second = server.client()) {
                assertThat(second.trySend("GET / HTTP/1.1\r\nHost: a\r\n\r\n").rest())
                        .isEmpty();
            }
            assertThat(first.get("/").answer().status()).isEqualTo(200);
        }
        await().untilAsserted(
                        () -> assertThat(server.consumer().getConnections()).isZero());
    }

    @Test
    void survivesRandomBytes() throws Exception {
        Random random = new Random(7);
        try (RawClient first = client(LIMITS)) {
            assertThat(first.get("/").answer().status()).isEqualTo(200);
        }
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[1 + random.nextInt(3000)];
            random.nextBytes(noise);
            try (RawClient client = server.client()) {
                client.send(noise);
            }
        }
    }
}
