package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlmHttpTest {
    private static final Processor ECHO = exchange -> {
        Message message = exchange.getMessage();
        message.setBody(message.getHeader(Exchange.HTTP_METHOD) + " " + message.getHeader(Exchange.HTTP_PATH) + " "
                + message.getHeader(Exchange.HTTP_QUERY) + " " + message.getHeader("x-some") + " "
                + message.getBody(String.class));
    };

    @Test
    void givesRoutesTheRequestAndClientsTheAnswer() throws Exception {
        try (HttpServer server = new HttpServer("", ECHO);
                RawClient client = server.client()) {
            RawClient.Answer answer =
                    client.post("/a%20b/c?d=e", "hällo", "X-Some: thing").answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("POST /a%20b/c d=e thing hällo");
            assertThat(answer.header("content-type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(answer.header("x-some"))
                    .as("a header of the request is none of the answer")
                    .isEmpty();
        }
    }

    @Test
    void servesRequestsOfOneConnectionInTurn() throws Exception {
        try (HttpServer server = new HttpServer("", ECHO);
                RawClient client = server.client()) {
            client.post("/1", "one").post("/2", "two").get("/3");
            assertThat(client.answer().body()).isEqualTo("POST /1 null null one");
            assertThat(client.answer().body()).isEqualTo("POST /2 null null two");
            assertThat(client.answer().body()).isEqualTo("GET /3 null null ");
        }
    }

    @Test
    void answersWithStatusAndHeadersOfTheMessage() throws Exception {
        Processor route = exchange -> {
            Message message = exchange.getMessage();
            message.setBody("{}".getBytes(StandardCharsets.UTF_8));
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 201);
            message.setHeader(Exchange.CONTENT_TYPE, "application/json");
            message.setHeader("x-count", 3);
            message.setHeader("CamelSecret", "inside");
        };
        try (HttpServer server = new HttpServer("", route);
                RawClient client = server.client()) {
            RawClient.Answer answer =
                    client.post("/", "{}", "Content-Type: application/json").answer();
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.header("x-count")).isEqualTo("3");
            assertThat(answer.head()).doesNotContainIgnoringCase("camel");
            assertThat(answer.body()).isEqualTo("{}");
        }
    }

    @Test
    void takesNoCamelHeadersFromClients() throws Exception {
        Processor route = exchange -> exchange.getMessage()
                .setBody(exchange.getMessage().getHeader("CamelLlmModel") + " "
                        + exchange.getMessage().getHeader(Exchange.HTTP_METHOD));
        try (HttpServer server = new HttpServer("", route);
                RawClient client = server.client()) {
            assertThat(client.get("/", "camelLlmModel: other/model", "CAMELHTTPMETHOD: PUT")
                            .answer()
                            .body())
                    .isEqualTo("null GET");
        }
    }

    @Test
    void givesOnlyHeadersThatAreWanted() throws Exception {
        Processor route = exchange -> exchange.getMessage()
                .setBody(exchange.getMessage().getHeader("x-one") + " "
                        + exchange.getMessage().getHeader("x-two"));
        try (HttpServer server = new HttpServer("?requestHeaders=X-One,accept", route);
                RawClient client = server.client()) {
            assertThat(client.get("/", "x-one: 1", "x-two: 2").answer().body()).isEqualTo("1 null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?requestHeaders=x-one,cookie"})
    void joinsTheLinesOfAHeader(String options) throws Exception {
        Processor route = exchange -> exchange.getMessage()
                .setBody(exchange.getMessage().getHeader("x-one") + " | "
                        + exchange.getMessage().getHeader("cookie"));
        try (HttpServer server = new HttpServer(options, route);
                RawClient client = server.client()) {
            assertThat(client.get("/", "x-one: 1", "Cookie: a=1", "X-One: 2", "cookie: b=2")
                            .answer()
                            .body())
                    .isEqualTo("1, 2 | a=1; b=2");
        }
    }

    @Test
    void saysNothingOfTheInsideWhenARouteFails() throws Exception {
        Processor route = exchange -> {
            throw new IllegalStateException("password=geheim");
        };
        try (HttpServer server = new HttpServer("", route);
                RawClient client = server.client()) {
            RawClient.Answer answer = client.get("/").answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.body())
                    .isEqualTo(
                            "{\"error\":{\"message\":\"the request failed; the server's log says why\",\"type\":\"server_error\"}}");
            assertThat(client.get("/").answer().status())
                    .as("the connection goes on")
                    .isEqualTo(500);
        }
    }

    @Test
    void doesNotLetAHeaderBreakTheAnswer() throws Exception {
        Processor route = exchange -> exchange.getMessage().setHeader("x-bad", "one\r\nset-cookie: two");
        try (HttpServer server = new HttpServer("", route);
                RawClient client = server.client()) {
            RawClient.Answer answer = client.get("/").answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.head()).doesNotContain("set-cookie");
        }
    }

    @Test
    void convertsOtherBodies() throws Exception {
        Processor route = exchange ->
                exchange.getMessage().setBody(new ByteArrayInputStream("streamed in".getBytes(StandardCharsets.UTF_8)));
        try (HttpServer server = new HttpServer("", route);
                RawClient client = server.client()) {
            assertThat(client.get("/").answer().body()).isEqualTo("streamed in");
        }
    }

    @Test
    void saysThatAConnectionEndsWhenItStops() throws Exception {
        HeldExchanges held = new HeldExchanges();
        try (HttpServer server = new HttpServer("", held);
                RawClient client = server.client()) {
            client.post("/", "at once");
            assertThat(client.answer().header("connection")).isEmpty();
            client.post("/", "held");
            await().until(() -> held.came.get() == 1);

            server.consumer().suspend();
            held.release();

            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void givesItsPortBackWhenItIsSuspendedBeforeAnybodyConnected() throws Exception {
        try (HttpServer server = new HttpServer("", ECHO)) {
            int port = server.port();

            server.consumer().suspend();
            assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(ConnectException.class);
            server.consumer().resume();

            try (RawClient client = new RawClient(port)) {
                assertThat(client.get("/").answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void asksForTheBodyThatAClientOffers() throws Exception {
        try (HttpServer server = new HttpServer("", ECHO);
                RawClient client = server.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 100 ");
            assertThat(client.send("ok").answer().body()).isEqualTo("POST / null null ok");
        }
    }

    @Test
    void refusesAnExpectationThatItDoesNotKnow() throws Exception {
        try (HttpServer server = new HttpServer("", ECHO);
                RawClient client = server.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(417);
        }
    }

    @Test
    void runsRoutesOnTheEventLoopUnlessTheyMayBlock() throws Exception {
        Processor route =
                exchange -> exchange.getMessage().setBody(Thread.currentThread().getName());
        try (HttpServer server = new HttpServer("", route);
                RawClient client = server.client()) {
            assertThat(client.get("/").answer().body()).contains("eventloop");
        }
        try (HttpServer server = new HttpServer("?worker=true", route);
                RawClient client = server.client()) {
            assertThat(client.get("/").answer().body()).contains("LlmHttp");
        }
    }

    /** Camel's pools have no bound where it uses virtual threads. */
    private static final class Unbounded extends DefaultThreadPoolFactory {
        @Override
        public ExecutorService newThreadPool(ThreadPoolProfile profile, ThreadFactory threads) {
            return Executors.newCachedThreadPool(threads);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesWhatItsThreadsCannotTake(boolean camelsPoolsAreBounded) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        if (!camelsPoolsAreBounded) {
            context.getExecutorServiceManager().setThreadPoolFactory(new Unbounded());
        }
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Processor route = exchange -> {
            entered.countDown();
            assertThat(leave.await(20, TimeUnit.SECONDS)).isTrue();
        };
        try (HttpServer server = new HttpServer(context, "?worker=true&workerThreads=1&workerQueue=1", null, route);
                RawClient first = server.client();
                RawClient second = server.client();
                RawClient third = server.client()) {
            first.get("/1");
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            // One of the two waits in the queue, and the other finds it full
            second.get("/2");
            third.get("/3");
            AtomicReference<RawClient.Answer> refused = new AtomicReference<>();
            Thread other = new Thread(() -> {
                try {
                    RawClient.Answer answer = second.answer();
                    if (answer.status() == 503) {
                        refused.set(answer);
                        leave.countDown();
                    }
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            other.start();
            RawClient.Answer answer = third.answer();
            if (answer.status() == 503) {
                refused.set(answer);
                leave.countDown();
            }
            other.join(20_000);
            assertThat(first.answer().status()).isEqualTo(200);
            assertThat(refused.get().header("retry-after")).isEqualTo("1");
            assertThat(refused.get().body()).contains("the server is busy");
        }
    }

    @Test
    void letsNoWebPageInUnlessItsOriginIsNamed() throws Exception {
        try (HttpServer server = new HttpServer("", ECHO);
                RawClient client = server.client()) {
            assertThat(client.get("/", "Origin: https://a.example").answer().head())
                    .doesNotContain("access-control");
        }
        try (HttpServer server = new HttpServer("?corsOrigins=https://a.example,https://b.example", ECHO);
                RawClient client = server.client()) {
            String preflight = "OPTIONS /x HTTP/1.1\r\nHost: a\r\nOrigin: %s\r\n"
                    + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n\r\n";
            RawClient.Answer allowed =
                    client.send(preflight.formatted("https://b.example")).answer();
            assertThat(allowed.status()).isEqualTo(204);
            assertThat(allowed.header("access-control-allow-origin")).isEqualTo("https://b.example");
            assertThat(allowed.header("access-control-allow-headers")).isEqualTo("authorization");
            assertThat(client.send(preflight.formatted("https://evil.example"))
                            .answer()
                            .head())
                    .doesNotContain("access-control-allow-origin");
            assertThat(client.get("/", "Origin: https://a.example").answer().header("access-control-allow-origin"))
                    .isEqualTo("https://a.example");
        }
    }

    @Test
    void saysWhatAnAddressLooksLike() {
        DefaultCamelContext context = new DefaultCamelContext();
        assertThatThrownBy(() -> context.getEndpoint("llm-http:localhost"))
                .rootCause()
                .hasMessageContaining("expected llm-http:host:port");
        assertThatThrownBy(() -> context.getEndpoint("llm-http:localhost:8080?bodyTimout=1s"))
                .hasMessageContaining("bodyTimout");
    }

    @Test
    void saysThatItsPortIsTaken() throws Exception {
        try (HttpServer server = new HttpServer("", ECHO);
                DefaultCamelContext other = new DefaultCamelContext()) {
            other.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("llm-http:127.0.0.1:" + server.port()).to("log:never");
                }
            });
            assertThatThrownBy(other::start)
                    .hasMessageContaining("llm-http cannot listen on 127.0.0.1:" + server.port());
        }
    }
}
