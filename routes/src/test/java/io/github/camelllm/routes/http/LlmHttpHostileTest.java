package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        server.close();
    }

    private void expectRefusal(RawClient client, int status, String words) throws Exception {
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).contains(words);
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(client.rest()).isEmpty();
        assertThat(routed).hasValue(0);
    }

    @Test
    void refusesABodyThatIsDeclaredTooLong() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
            expectRefusal(client, 413, "longer than 1000 bytes");
        }
    }

    @Test
    void refusesABodyOfAnAbsurdLength() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n");
            expectRefusal(client, 413, "longer than 1000 bytes");
        }
    }

    @Test
    void refusesABodyThatTurnsOutTooLong() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "1f4\r\n" + "x".repeat(500) + "\r\n";
            client.send(chunk).send(chunk).trySend(chunk).trySend(chunk);
            expectRefusal(client, 413, "longer than 1000 bytes");
        }
    }

    @Test
    void doesNotAskForABodyThatIsTooLong() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
            expectRefusal(client, 413, "longer than 1000 bytes");
        }
    }

    @Test
    void takesABodyThatIsJustShortEnough() throws Exception {
        try (RawClient client = client(LIMITS)) {
            assertThat(client.post("/", "x".repeat(1000)).answer().body()).isEqualTo("served");
        }
    }

    @Test
    void refusesHeadersThatAreTooLong() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nx: " + "y".repeat(3000) + "\r\n\r\n");
            expectRefusal(client, 431, "longer than 2000 bytes");
        }
    }

    @Test
    void refusesHeadersThatAreTooMany() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.trySend("GET / HTTP/1.1\r\nHost: a\r\n" + "x: y\r\n".repeat(1000) + "\r\n");
            expectRefusal(client, 431, "longer than 2000 bytes");
        }
    }

    @Test
    void refusesARequestLineThatIsTooLong() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send("GET /" + "y".repeat(600) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            expectRefusal(client, 414, "longer than 500 bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HELLO\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon here\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nx\u0000y: z\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"
            })
    void refusesWhatIsNoHttp(String request) throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send(request);
            expectRefusal(client, 400, "no HTTP/1.1 request");
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
    void doesNotWaitForASlowHead() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send("GET / HTTP/1.1\r\nHost");
            assertThat(client.rest()).isEmpty();
            assertThat(routed).hasValue(0);
        }
    }

    @Test
    void doesNotWaitForASilentClient() throws Exception {
        try (RawClient client = client(LIMITS)) {
            assertThat(client.rest()).isEmpty();
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
    void doesNotWaitForASlowBody() throws Exception {
        try (RawClient client = client(LIMITS)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
            expectRefusal(client, 408, "did not come within");
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
