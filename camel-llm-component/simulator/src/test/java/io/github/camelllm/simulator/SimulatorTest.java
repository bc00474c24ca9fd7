package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SimulatorTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String CHAT = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    @Test
    void defaultsAreAsDocumented() {
        try (Simulator simulator = Simulator.started()) {
            assertThat(simulator.rootUrl()).isEqualTo("http://localhost:" + simulator.port());
            assertThat(simulator.baseUrl(SimulatedDialect.OPENAI)).isEqualTo(simulator.rootUrl() + "/v1");
            assertThat(simulator.baseUrl(SimulatedDialect.ANTHROPIC)).isEqualTo(simulator.rootUrl() + "/v1");
            assertThat(simulator.baseUrl(SimulatedDialect.GEMINI)).isEqualTo(simulator.rootUrl() + "/v1beta");
            assertThat(simulator.requests()).isEmpty();
            assertThat(simulator.bill()).isEqualTo(Bill.NOTHING);
            assertThat(simulator.openConnections()).isZero();
        }
    }

    @Test
    void freesItsPortWhenClosed() {
        Simulator first = Simulator.started();
        int port = first.port();
        assertThatThrownBy(() -> Simulator.builder().port(port).build().start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("could not listen on 127.0.0.1:" + port);
        first.close();
        try (Simulator second = Simulator.builder().port(port).build().start()) {
            assertThat(second.port()).isEqualTo(port);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, OPENAI",
        "/openai/v1/chat/completions, OPENAI",
        "/openai/deployments/x/chat/completions?api-version=2024-10-21, OPENAI",
        "/chat/completions, OPENAI",
        "/v1/messages, ANTHROPIC",
        "/messages?beta=true, ANTHROPIC",
        "/anthropic/v1/messages, ANTHROPIC"
    })
    void servesPathsWithAnyPrefix(String path, SimulatedDialect dialect) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(simulator.rootUrl() + path))
                    .header("anthropic-version", "2023-06-01")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                    .build();
            assertThat(send(request).statusCode()).isEqualTo(200);
            assertThat(simulator.requests().get(0).dialect()).isEqualTo(dialect);
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void speaksHttp1AndHttp2WithoutTls(HttpClient.Version version) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            HttpClient client = HttpClient.newBuilder().version(version).build();
            HttpRequest request = chat(simulator, CHAT);
            // The first request upgrades, the second is HTTP/2 from its start.
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(response.version()).isEqualTo(version);
                assertThat(response.statusCode()).isEqualTo(200);
            }
            simulator.failNext(Fault.cutAfter(1));
            String streaming = CHAT.replace("\"model\"", "\"stream\":true,\"model\"");
            assertThatThrownBy(() -> client.send(chat(simulator, streaming), HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            simulator.failNext(Fault.reset());
            assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void recordsWhatItWasAskedWithoutKeys() throws Exception {
        try (Simulator simulator = Simulator.builder().keptRequests(2).build().start()) {
            for (int i = 0; i < 3; i++) {
                send(HttpRequest.newBuilder(
                                URI.create(simulator.baseUrl(SimulatedDialect.OPENAI) + "/chat/completions?key=s3cret"))
                        .header("authorization", "Bearer s3cret")
                        .header("x-team", "blue")
                        .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                        .build());
            }
            List<RecordedRequest> requests = simulator.requests();
            assertThat(requests).extracting(RecordedRequest::number).containsExactly(2L, 3L);
            RecordedRequest last = requests.get(1);
            assertThat(last.headers()).containsEntry("x-team", "blue").containsEntry("authorization", "***");
            assertThat(last.path()).isEqualTo("/v1/chat/completions?key=***");
            assertThat(last.model()).isEqualTo("m");
            assertThat(last.chat().orElseThrow().messages()).hasSize(1);
            assertThat(last.outcome()).isEqualTo(RecordedRequest.Outcome.ANSWERED);
            assertThat(last.bytesSent()).isPositive();
            assertThat(last.toString()).doesNotContain("hi").doesNotContain("s3cret");
            simulator.clearRequests();
            assertThat(simulator.requests()).isEmpty();
            assertThat(simulator.bill()).isEqualTo(Bill.NOTHING);
            assertThat(simulator.requestCount()).isEqualTo(3);
        }
    }

    @Test
    void asksForKeysIfItHasSome() throws Exception {
        try (Simulator simulator =
                Simulator.builder().apiKeys("good", "better").build().start()) {
            for (SimulatedDialect dialect : SimulatedDialect.values()) {
                WireClient client = new WireClient(simulator, dialect);
                int refused = dialect == SimulatedDialect.GEMINI ? 400 : 401;
                assertThat(client.send(client.http(client.request("x").build(), true))
                                .statusCode())
                        .isEqualTo(refused);
                assertThat(client.send(client.http(client.request("x").build(), true, "authorization", "Bearer bad"))
                                .statusCode())
                        .isEqualTo(refused);
                for (String[] key : new String[][] {
                    {"authorization", "Bearer good"}, {"x-api-key", "better"}, {"x-goog-api-key", "good"}
                }) {
                    assertThat(client.send(client.http(client.request("x").build(), true, key))
                                    .statusCode())
                            .isEqualTo(200);
                }
            }
        }
    }

    @Test
    void wantsAnthropicsVersionHeader() throws Exception {
        try (Simulator simulator = Simulator.started()) {
            HttpResponse<String> response = send(HttpRequest.newBuilder(
                            URI.create(simulator.rootUrl() + "/v1/messages"))
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                    .build());
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("anthropic-version: header is required");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 400", "false, 200"})
    void refusesSchemasWithOpenObjectsAsAnthropicDoes(boolean open, int status) throws Exception {
        String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\""
                + (open ? "" : ",\"additionalProperties\":false") + "}},\"additionalProperties\":false}";
        String body = "{\"model\":\"m\",\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                + "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":" + schema + "}}}";
        try (Simulator simulator = Simulator.started()) {
            HttpResponse<String> response =
                    send(HttpRequest.newBuilder(URI.create(simulator.rootUrl() + "/v1/messages"))
                            .header("anthropic-version", "2023-06-01")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build());
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body().contains("'additionalProperties' must be explicitly set to false"))
                    .isEqualTo(open);
        }
    }

    @Test
    void refusesWrongRequestsWithTheReason() throws Exception {
        try (Simulator simulator = Simulator.builder()
                .maxBodyBytes(10_000)
                .onlyListedModels(true)
                .models("known")
                .build()
                .start()) {
            assertThat(post(simulator, "/v1/chat/completions", "{\"model\":\"known\"}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(post(simulator, "/v1/chat/completions", "not json").statusCode())
                    .isEqualTo(400);
            assertThat(post(simulator, "/v1/chat/completions", CHAT).statusCode())
                    .isEqualTo(404);
            assertThat(post(simulator, "/v1/chat/completions", CHAT.replace("\"m\"", "\"known\""))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(post(simulator, "/v1/chat/completions", "x".repeat(20_000))
                            .statusCode())
                    .isEqualTo(413);
            assertThat(post(simulator, "/v1/unheard-of", "{}").statusCode()).isEqualTo(404);
            assertThat(simulator.requests())
                    .extracting(RecordedRequest::status)
                    .containsExactly(400, 400, 404, 200, 413, 404);
        }
    }

    @Test
    void answersPromptsBeyondTheContextWindowAsProvidersDo() throws Exception {
        try (Simulator simulator =
                Simulator.builder().contextWindowTokens(100).build().start()) {
            WireClient client = new WireClient(simulator, SimulatedDialect.OPENAI);
            assertThat(client.send(client.http(client.request("short").build(), false))
                            .statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() ->
                            client.answer(client.request("long ".repeat(200)).build(), false))
                    .isInstanceOf(LlmContextWindowExceededException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(SimulatedDialect.class)
    void listsItsModels(SimulatedDialect dialect) throws Exception {
        try (Simulator simulator =
                Simulator.builder().models("a-1", "b/2").build().start()) {
            WireClient client = new WireClient(simulator, dialect);
            String[] key = dialect == SimulatedDialect.ANTHROPIC ? new String[] {"x-api-key", "k"} : new String[0];
            HttpResponse<byte[]> list = client.send(client.get("/models", key));
            assertThat(client.codec()
                            .models()
                            .orElseThrow()
                            .decode(list.body(), client.target())
                            .models())
                    .extracting(model -> model.id())
                    .containsExactly("a-1", "b/2");
            assertThat(client.send(client.get("/models/a-1", key)).statusCode()).isEqualTo(200);
            assertThat(client.send(client.get("/models/none", key)).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void givesTheListOfModelsInPages() throws Exception {
        try (Simulator simulator =
                Simulator.builder().models("a", "b", "c").build().start()) {
            WireClient anthropic = new WireClient(simulator, SimulatedDialect.ANTHROPIC);
            JsonNode page = Json.MAPPER.readTree(
                    anthropic.send(anthropic.get("/models?limit=2")).body());
            assertThat(page.path("data")).hasSize(2);
            assertThat(page.path("has_more").asBoolean()).isTrue();
            JsonNode last = Json.MAPPER.readTree(
                    anthropic.send(anthropic.get("/models?limit=2&after_id=b")).body());
            assertThat(last.path("data").path(0).path("id").asText()).isEqualTo("c");
            assertThat(last.path("has_more").asBoolean()).isFalse();
            WireClient gemini = new WireClient(simulator, SimulatedDialect.GEMINI);
            JsonNode first = Json.MAPPER.readTree(
                    gemini.send(gemini.get("/models?pageSize=2")).body());
            JsonNode second = Json.MAPPER.readTree(gemini.send(gemini.get("/models?pageSize=2&pageToken="
                            + first.path("nextPageToken").asText()))
                    .body());
            assertThat(second.path("models").path(0).path("name").asText()).isEqualTo("models/c");
            assertThat(second.has("nextPageToken")).isFalse();
            assertThat(gemini.send(gemini.get("/models?pageSize=many")).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void embedsTextsAsFloatsAndAsBase64() throws Exception {
        try (Simulator simulator =
                Simulator.builder().embeddingDimensions(8).build().start()) {
            JsonNode floats = Json.MAPPER.readTree(
                    post(simulator, "/v1/embeddings", "{\"model\":\"e\",\"input\":[\"one text\",\"another\"]}")
                            .body());
            assertThat(floats.path("data")).hasSize(2);
            assertThat(floats.path("data").path(1).path("index").asInt()).isEqualTo(1);
            assertThat(floats.path("data").path(0).path("embedding")).hasSize(8);
            assertThat(floats.path("usage").path("prompt_tokens").asInt()).isEqualTo(3);
            JsonNode packed = Json.MAPPER.readTree(post(
                            simulator,
                            "/v1/embeddings",
                            "{\"model\":\"e\",\"input\":\"one text\",\"encoding_format\":\"base64\",\"dimensions\":8}")
                    .body());
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder()
                            .decode(packed.path("data")
                                    .path(0)
                                    .path("embedding")
                                    .asText()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (JsonNode value : floats.path("data").path(0).path("embedding")) {
                assertThat(bytes.getFloat()).isCloseTo(value.floatValue(), within(1e-6f));
            }
            assertThat(bytes.hasRemaining()).isFalse();
            assertThat(simulator.bills().get("e").inputTokens()).isEqualTo(5);
            assertThat(post(simulator, "/v1/embeddings", "{\"model\":\"e\",\"input\":[]}")
                            .statusCode())
                    .isEqualTo(400);
            JsonNode gemini = Json.MAPPER.readTree(post(
                            simulator,
                            "/v1beta/models/e:batchEmbedContents",
                            "{\"requests\":[{\"content\":{\"parts\":[{\"text\":\"one text\"}]},\"outputDimensionality\":4}]}")
                    .body());
            assertThat(gemini.path("embeddings").path(0).path("values")).hasSize(4);
            JsonNode single = Json.MAPPER.readTree(post(
                            simulator,
                            "/v1beta/models/e:embedContent",
                            "{\"content\":{\"parts\":[{\"text\":\"one text\"}]}}")
                    .body());
            assertThat(single.path("embedding").path("values")).hasSize(8);
        }
    }

    @Test
    void countsTokensWithoutBillingThem() throws Exception {
        try (Simulator simulator = Simulator.started()) {
            HttpResponse<String> anthropic =
                    send(HttpRequest.newBuilder(URI.create(simulator.rootUrl() + "/v1/messages/count_tokens"))
                            .header("anthropic-version", "2023-06-01")
                            .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                            .build());
            assertThat(anthropic.body()).isEqualTo("{\"input_tokens\":8}");
            assertThat(post(
                                    simulator,
                                    "/v1beta/models/m:countTokens",
                                    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}")
                            .body())
                    .isEqualTo("{\"totalTokens\":8}");
            assertThat(simulator.bill()).isEqualTo(Bill.NOTHING);
        }
    }

    @Test
    void holdsKeysToTheRateLimit() throws Exception {
        AtomicLong nanos = new AtomicLong();
        try (Simulator simulator = Simulator.builder()
                .rateLimit(new RateLimit(2, 0))
                .nanoTime(nanos::get)
                .build()
                .start()) {
            HttpResponse<String> first = send(chat(simulator, CHAT));
            assertThat(first.headers().firstValue("x-ratelimit-remaining-requests"))
                    .contains("1");
            send(chat(simulator, CHAT));
            HttpResponse<String> third = send(chat(simulator, CHAT));
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.headers().firstValue("retry-after")).contains("30");
            assertThat(simulator.requests()).last().returns(RecordedRequest.Outcome.REFUSED, RecordedRequest::outcome);
            nanos.addAndGet(Duration.ofSeconds(30).toNanos());
            assertThat(send(chat(simulator, CHAT)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void keepsItsPace() throws Exception {
        Pacing pacing = Pacing.of(Duration.ofMillis(40), Duration.ofMillis(10)).withTokensPerChunk(2);
        ScriptedAnswer answer = ScriptedAnswer.text("one two three four five six");
        try (Simulator simulator = Simulator.builder()
                .responder(Responders.always(answer))
                .pacing(pacing)
                .build()
                .start()) {
            String streaming = CHAT.replace("\"model\"", "\"stream\":true,\"model\"");
            String body = send(chat(simulator, streaming)).body();
            assertThat(body).contains("\"one two\"", "\" three four\"", "\" five six\"");
            send(chat(simulator, CHAT));
            // 40 ms and two gaps of 10 ms
            assertThat(simulator.requests())
                    .allSatisfy(request ->
                            assertThat(request.duration().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofMillis(59)));
        }
    }

    @Test
    void streamsGeminiAsAnArrayIfNotAskedForEvents() throws Exception {
        try (Simulator simulator = Simulator.started()) {
            String contents = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
            for (String query : new String[] {"", "?simulate-fault=drip%3D1us", "?simulate-fault=duplicate-finish"}) {
                HttpResponse<String> response =
                        post(simulator, "/v1beta/models/m:streamGenerateContent" + query, contents);
                assertThat(response.headers().firstValue("content-type")).contains("application/json");
                JsonNode array = Json.MAPPER.readTree(response.body());
                assertThat(array.isArray()).isTrue();
                assertThat(array.size()).isGreaterThan(5);
            }
        }
    }

    @Test
    void billsWhatWasGeneratedWhenTheClientLeaves() throws Exception {
        Pacing pacing = Pacing.IMMEDIATE.withGap(Latency.fixed(Duration.ofMillis(20)));
        try (Simulator simulator = Simulator.builder().pacing(pacing).build().start()) {
            String streaming = CHAT.replace("\"model\"", "\"stream\":true,\"model\"");
            HttpResponse<InputStream> response = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(chat(simulator, streaming), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                assertThat(body.readNBytes(600)).hasSize(600);
                assertThat(simulator.runningStreams()).isEqualTo(1);
            }
            assertThat(simulator.awaitIdle(SOON)).isTrue();
            RecordedRequest left = simulator.requests().get(0);
            assertThat(left.outcome()).isEqualTo(RecordedRequest.Outcome.CLIENT_LEFT);
            assertThat(left.usage().orElseThrow().outputTokens().orElseThrow()).isBetween(1L, 40L);
            assertThat(simulator.runningStreams()).isZero();
            Awaitility.await().until(() -> simulator.openConnections() == 0);
        }
    }

    @Test
    void carriesManySlowStreamsOnTwoThreads() throws Exception {
        int streams = Integer.getInteger("simulator.streams", 200);
        String streaming = CHAT.replace("\"model\"", "\"stream\":true,\"model\"");
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        try (Simulator simulator = Simulator.builder()
                .faults(FaultPlan.builder()
                        .onCalls(1, streams, Fault.stallAfter(5))
                        .build())
                .keptRequests(streams)
                .build()
                .start()) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                answers.add(client.sendAsync(chat(simulator, streaming), HttpResponse.BodyHandlers.ofString()));
            }
            Awaitility.await().atMost(SOON).until(() -> simulator.stalledAnswers() == streams);
            assertThat(simulator.runningStreams()).isEqualTo(streams);
            long eventLoops = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("vert.x-eventloop") && !others.contains(thread))
                    .count();
            assertThat(eventLoops).isLessThanOrEqualTo(2);
            simulator.releaseStalls();
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS).body()).endsWith("data: [DONE]\n\n");
            }
            assertThat(simulator.bill().requests()).isEqualTo(streams);
        }
    }

    @Test
    void usesAllItsEventLoops() throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Responder naming = request -> {
            threads.add(Thread.currentThread().getName());
            return ScriptedAnswer.text("x");
        };
        try (Simulator simulator =
                Simulator.builder().responder(naming).eventLoops(3).build().start()) {
            for (int i = 0; i < 6; i++) {
                send(chat(simulator, CHAT));
            }
        }
        assertThat(threads).hasSize(3);
    }

    @Test
    void answersResponderFailuresWithStatus500And400() throws Exception {
        Responder failing = request -> {
            if (Prompts.contains(request, "argument")) {
                throw new IllegalArgumentException("n: expected 1");
            }
            throw new IllegalStateException("broken");
        };
        try (Simulator simulator =
                Simulator.builder().responder(failing).build().start()) {
            assertThat(send(chat(simulator, CHAT)).statusCode()).isEqualTo(500);
            HttpResponse<String> refused = send(chat(simulator, CHAT.replace("hi", "argument")));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("n: expected 1");
        }
    }

    @Test
    void billsEachModelOnItsOwn() throws Exception {
        try (Simulator simulator =
                Simulator.builder().responder(Responders.echo()).build().start()) {
            send(chat(simulator, CHAT));
            send(chat(simulator, CHAT));
            send(chat(simulator, CHAT.replace("\"m\"", "\"other\"")));
            assertThat(simulator.bills()).isEqualTo(Map.of("m", new Bill(2, 16, 0, 2), "other", new Bill(1, 8, 0, 1)));
            assertThat(simulator.bill()).isEqualTo(new Bill(3, 24, 0, 3));
        }
    }

    private static HttpRequest chat(Simulator simulator, String body) {
        return HttpRequest.newBuilder(URI.create(simulator.baseUrl(SimulatedDialect.OPENAI) + "/chat/completions"))
                .timeout(SOON)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private static HttpResponse<String> post(Simulator simulator, String path, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(simulator.rootUrl() + path))
                .timeout(SOON)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
    }
}
