package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FaultsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Map<Integer, Class<? extends LlmException>> CLASSES = Map.of(
            400, LlmInvalidRequestException.class,
            401, LlmAuthenticationException.class,
            403, LlmAuthenticationException.class,
            404, LlmInvalidRequestException.class,
            413, LlmInvalidRequestException.class,
            429, LlmRateLimitedException.class,
            500, LlmUnavailableException.class,
            503, LlmUnavailableException.class,
            504, LlmTimeoutException.class,
            529, LlmUnavailableException.class);

    private final Simulator simulator = Simulator.started();

    @AfterEach
    void stop() {
        simulator.close();
    }

    static Stream<Arguments> ways() {
        return Arrays.stream(SimulatedDialect.values())
                .flatMap(dialect -> Stream.of(Arguments.of(dialect, false), Arguments.of(dialect, true)));
    }

    static Stream<Arguments> statuses() {
        return ways().flatMap(way ->
                CLASSES.keySet().stream().map(status -> Arguments.of(way.get()[0], way.get()[1], status)));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void answersErrorsInTheDialectsShape(SimulatedDialect dialect, boolean stream, int status) {
        simulator.failNext(Fault.status(status));
        LlmException failure = failure(dialect, stream);
        // OpenAI has no type of its own for what took too long.
        boolean untyped = dialect == SimulatedDialect.OPENAI && status == 504;
        assertThat(failure).isInstanceOf(untyped ? LlmUnavailableException.class : CLASSES.get(status));
        assertThat(failure.statusCode()).hasValue(status);
        assertThat(failure.providerMessage()).isPresent();
        assertThat(failure.getRequestId() != null).isEqualTo(dialect != SimulatedDialect.GEMINI);
        assertThat(simulator.requests())
                .last()
                .returns(RecordedRequest.Outcome.FAULTED, RecordedRequest::outcome)
                .returns(status, RecordedRequest::status);
        assertThat(simulator.bill()).isEqualTo(Bill.NOTHING);
    }

    @ParameterizedTest
    @EnumSource(SimulatedDialect.class)
    void asksToWaitInEveryForm(SimulatedDialect dialect) throws Exception {
        WireClient client = new WireClient(simulator, dialect);
        Duration wait = Duration.ofMillis(1_500);
        assertThat(waitOf(client, RetryHint.of(RetryHint.Form.SECONDS, wait))).isEqualTo(Duration.ofSeconds(2));
        assertThat(waitOf(client, RetryHint.of(RetryHint.Form.DECIMAL_SECONDS, wait)))
                .isEqualTo(wait);
        assertThat(waitOf(client, RetryHint.of(RetryHint.Form.HTTP_DATE, wait))).isEqualTo(Duration.ofSeconds(2));
        assertThat(waitOf(client, RetryHint.of(RetryHint.Form.MILLIS, wait))).isEqualTo(wait);
        assertThat(waitOf(client, RetryHint.NONE)).isNull();
        if (dialect == SimulatedDialect.GEMINI) {
            assertThat(waitOf(client, RetryHint.of(RetryHint.Form.RETRY_INFO, wait)))
                    .isEqualTo(wait);
        } else {
            simulator.failNext(Fault.status(429, RetryHint.of(RetryHint.Form.RESET_HEADERS, wait)));
            HttpResponse<byte[]> response =
                    client.send(client.http(client.request("x").build(), false));
            String name = dialect == SimulatedDialect.OPENAI
                    ? "x-ratelimit-reset-requests"
                    : "anthropic-ratelimit-requests-reset";
            assertThat(response.headers().firstValue(name)).isPresent();
            assertThat(response.headers().firstValue("retry-after")).isEmpty();
        }
    }

    private Duration waitOf(WireClient client, RetryHint hint) {
        simulator.failNext(Fault.status(429, hint));
        LlmException failure = (LlmException)
                catchThrowable(() -> client.answer(client.request("x").build(), false));
        return failure.retryAfter().orElse(null);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void saysThatTheQuotaIsUsedUp(SimulatedDialect dialect, boolean stream) {
        simulator.failNext(new Fault.QuotaExhausted());
        LlmException failure = failure(dialect, stream);
        assertThat(failure).isInstanceOf(LlmRateLimitedException.class);
        assertThat(failure.isRetryable()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void saysThatThePromptIsTooLong(SimulatedDialect dialect, boolean stream) {
        simulator.failNext(new Fault.ContextTooLong());
        assertThat(failure(dialect, stream)).isInstanceOf(LlmContextWindowExceededException.class);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesThePromptAsTheDialectDoes(SimulatedDialect dialect, boolean stream) throws Exception {
        simulator.failNext(new Fault.PromptFiltered());
        if (dialect == SimulatedDialect.ANTHROPIC) {
            ChatResponse refused = answer(dialect, stream);
            assertThat(refused.finish().map(Finish::reason)).contains(FinishReason.CONTENT_FILTER);
            assertThat(refused.text()).isEmpty();
        } else {
            assertThat(failure(dialect, stream)).isInstanceOf(LlmContentFilteredException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void cutsAnswersAsTheContentFilterDoes(SimulatedDialect dialect, boolean stream) throws Exception {
        simulator.failNext(new Fault.AnswerFiltered(3));
        ChatResponse filtered = answer(dialect, stream);
        assertThat(filtered.finish().map(Finish::reason)).contains(FinishReason.CONTENT_FILTER);
        assertThat(filtered.text().split(" ")).hasSize(3);
        assertThat(simulator.bill().outputTokens())
                .isEqualTo(filtered.usage().orElseThrow().outputTokens().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void answersWhatIsNoCompletion(SimulatedDialect dialect, boolean stream) {
        for (String fault : new String[] {
            "empty-body",
            "content-type=text/html",
            "content-type=text/plain",
            "no-completion",
            "garbage=text",
            "garbage=utf8",
            "garbage=half-json"
        }) {
            simulator.failNext(Fault.parse(fault));
            assertThat(failure(dialect, stream)).as(fault).isInstanceOf(LlmMalformedResponseException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void answersProxyPages(SimulatedDialect dialect, boolean stream) throws Exception {
        simulator.failNext(Fault.badGatewayPage());
        WireClient client = new WireClient(simulator, dialect);
        HttpResponse<byte[]> page = client.send(client.http(client.request("x").build(), stream));
        assertThat(page.headers().firstValue("content-type")).contains("text/html");
        assertThat(text(page)).contains("<h1>502 Bad Gateway</h1>");
        assertThatThrownBy(() -> client.decode(page, stream)).isInstanceOf(LlmUnavailableException.class);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void sendsBodiesOfTheSizeAskedFor(SimulatedDialect dialect, boolean stream) throws Exception {
        simulator.failNext(new Fault.Oversized(5_000_000));
        WireClient client = new WireClient(simulator, dialect);
        HttpResponse<byte[]> response =
                client.send(client.http(client.request("x").build(), stream));
        assertThat(response.body().length).isBetween(5_000_000, 5_050_000);
        if (!stream) {
            assertThat(response.body()).hasSize(5_000_000);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void endsConnectionsBeforeTheAnswer(SimulatedDialect dialect, boolean stream) {
        simulator.failNext(Fault.reset());
        assertThatThrownBy(() -> answer(dialect, stream)).isInstanceOf(IOException.class);
        simulator.failNext(Fault.close());
        assertThatThrownBy(() -> answer(dialect, stream)).isInstanceOf(IOException.class);
        assertThat(simulator.requests())
                .extracting(RecordedRequest::outcome, RecordedRequest::status)
                .containsOnly(tuple(RecordedRequest.Outcome.FAULTED, 0));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void cutsConnectionsInsideTheAnswerAndBillsWhatWasSent(SimulatedDialect dialect, boolean stream) throws Exception {
        simulator.failNext(Fault.cutAfter(2));
        WireClient client = new WireClient(simulator, dialect);
        HttpResponse<InputStream> response = client.send(
                client.http(client.request("x").build(), stream), HttpResponse.BodyHandlers.ofInputStream());
        byte[] received = new byte[1 << 20];
        int[] count = {0};
        assertThatThrownBy(() -> {
                    for (int read = 0; read >= 0; count[0] += read) {
                        read = response.body().read(received, count[0], received.length - count[0]);
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(count[0]).isPositive();
        if (stream) {
            String events = new String(received, 0, count[0], StandardCharsets.UTF_8);
            assertThat(events.split("\\R\\R")).hasSizeBetween(1, 6).noneMatch(event -> event.contains("[DONE]"));
            assertThat(simulator.bill().outputTokens()).isBetween(1L, 5L);
        }
        assertThat(simulator.bill().inputTokens()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void standsStillUntilReleased(SimulatedDialect dialect, boolean stream) throws Exception {
        ChatResponse expected = answer(dialect, stream);
        for (String fault : new String[] {"stall=head", "stall=0", "stall=3"}) {
            simulator.failNext(Fault.parse(fault));
            CompletableFuture<ChatResponse> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return answer(dialect, stream);
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> simulator.stalledAnswers() == 1);
            assertThat(answer).isNotDone();
            assertThat(simulator.requests()).last().returns(RecordedRequest.Outcome.RUNNING, RecordedRequest::outcome);
            assertThat(simulator.releaseStalls()).isEqualTo(1);
            assertThat(answer.get(20, TimeUnit.SECONDS).text()).isEqualTo(expected.text());
        }
    }

    @ParameterizedTest
    @EnumSource(SimulatedDialect.class)
    void noticesThatTheClientLeftAStalledStream(SimulatedDialect dialect) throws Exception {
        simulator.failNext(Fault.stallAfter(2));
        WireClient client = new WireClient(simulator, dialect);
        HttpResponse<InputStream> response =
                client.send(client.http(client.request("x").build(), true), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertThat(body.read()).isEqualTo(dialect == SimulatedDialect.ANTHROPIC ? 'e' : 'd');
            Awaitility.await().until(() -> simulator.stalledAnswers() == 1);
        }
        assertThat(simulator.awaitIdle(SOON)).isTrue();
        assertThat(simulator.stalledAnswers()).isZero();
        RecordedRequest left = simulator.requests().get(0);
        assertThat(left.outcome()).isEqualTo(RecordedRequest.Outcome.CLIENT_LEFT);
        assertThat(left.usage().orElseThrow().outputTokens().orElseThrow()).isBetween(1L, 5L);
    }

    @ParameterizedTest
    @EnumSource(SimulatedDialect.class)
    void breaksStreamsWithGarbageBetweenGoodChunks(SimulatedDialect dialect) throws Exception {
        for (Fault.GarbageKind kind : Fault.GarbageKind.values()) {
            simulator.failNext(new Fault.Garbage(kind, 2));
            WireClient client = new WireClient(simulator, dialect);
            HttpResponse<byte[]> response =
                    client.send(client.http(client.request("x").build(), true));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> client.decode(response, true)).isInstanceOf(LlmMalformedResponseException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(SimulatedDialect.class)
    void reportsErrorsInsideStreams(SimulatedDialect dialect) throws Exception {
        simulator.failNext(new Fault.ErrorEvent(529, 2));
        WireClient client = new WireClient(simulator, dialect);
        HttpResponse<byte[]> response =
                client.send(client.http(client.request("x").build(), true));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> client.decode(response, true)).isInstanceOf(LlmUnavailableException.class);
        simulator.failNext(new Fault.ErrorEvent(529, 2));
        assertThat(failure(dialect, false).statusCode()).hasValue(529);
    }

    @ParameterizedTest
    @EnumSource(SimulatedDialect.class)
    void finishesTwice(SimulatedDialect dialect) throws Exception {
        WireClient client = new WireClient(simulator, dialect);
        String good = text(client.send(client.http(client.request("x").build(), true)));
        simulator.failNext(new Fault.DuplicateFinish());
        String twice = text(client.send(client.http(client.request("x").build(), true)));
        String marker = dialect == SimulatedDialect.OPENAI
                ? "\"finish_reason\":\"stop\""
                : dialect == SimulatedDialect.ANTHROPIC ? "\"stop_reason\":\"end_turn\"" : "\"finishReason\":\"STOP\"";
        assertThat(good.split(marker, -1)).hasSize(2);
        assertThat(twice.split(marker, -1)).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void leavesTheUsageOutButBillsIt(SimulatedDialect dialect, boolean stream) throws Exception {
        simulator.failNext(new Fault.NoUsage());
        ChatResponse answer = answer(dialect, stream);
        assertThat(answer.text()).isNotBlank();
        assertThat(answer.usage().map(usage -> usage.inputTokens().orElse(0)).orElse(0L))
                .isZero();
        assertThat(simulator.bill().inputTokens()).isPositive();
        assertThat(simulator.bill().outputTokens()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(SimulatedDialect.class)
    void leavesTheEndMarkerOut(SimulatedDialect dialect) throws Exception {
        WireClient client = new WireClient(simulator, dialect);
        String marker = dialect == SimulatedDialect.OPENAI
                ? "[DONE]"
                : dialect == SimulatedDialect.ANTHROPIC ? "message_stop" : "\"finishReason\"";
        assertThat(text(client.send(client.http(client.request("x").build(), true))))
                .contains(marker);
        simulator.failNext(new Fault.NoEndMarker());
        assertThat(text(client.send(client.http(client.request("x").build(), true))))
                .doesNotContain(marker);
    }

    @ParameterizedTest
    @EnumSource(SimulatedDialect.class)
    void endsStreamsTooEarlyInGoodOrder(SimulatedDialect dialect) throws Exception {
        simulator.failNext(new Fault.EndEarly(2));
        WireClient client = new WireClient(simulator, dialect);
        HttpResponse<byte[]> response =
                client.send(client.http(client.request("x").build(), true));
        assertThat(text(response)).contains("data: ");
        assertThatThrownBy(() -> client.decode(response, true)).isInstanceOf(LlmMalformedResponseException.class);
        simulator.failNext(new Fault.EndEarly(2));
        assertThat(answer(dialect, false).text()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void dripsByteByByte(SimulatedDialect dialect, boolean stream) throws Exception {
        ChatResponse expected = answer(dialect, stream);
        simulator.failNext(new Fault.Drip(Duration.ofNanos(1_000)));
        assertThat(answer(dialect, stream).text()).isEqualTo(expected.text());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void comesLater(SimulatedDialect dialect, boolean stream) throws Exception {
        simulator.failNext(new Fault.Delay(Duration.ofMillis(60)));
        answer(dialect, stream);
        assertThat(simulator.requests().get(0).duration().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofMillis(59));
    }

    @Test
    void refusesConnectionsUntilItAcceptsThemAgain() throws Exception {
        int port = simulator.port();
        simulator.refuseConnections();
        assertThatThrownBy(() -> answer(SimulatedDialect.OPENAI, false)).isInstanceOf(ConnectException.class);
        simulator.acceptConnections();
        assertThat(simulator.port()).isEqualTo(port);
        assertThat(answer(SimulatedDialect.OPENAI, false).text()).isNotBlank();
    }

    @Test
    void refusesConnectionsForAWhileAndComesBackByItself() throws Exception {
        simulator.failNext(new Fault.RefuseConnections(Duration.ofMillis(50)));
        assertThatThrownBy(() -> answer(SimulatedDialect.OPENAI, false)).isInstanceOf(IOException.class);
        Awaitility.await()
                .ignoreException(ConnectException.class)
                .until(() -> !answer(SimulatedDialect.OPENAI, false).text().isEmpty());
    }

    @Test
    void takesFaultsFromHeaderQueryAndWords() throws Exception {
        WireClient client = new WireClient(simulator, SimulatedDialect.OPENAI);
        assertThat(client.send(client.http(client.request("x").build(), false, "x-simulate-fault", "status=503"))
                        .statusCode())
                .isEqualTo(503);
        byte[] body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(client.send(client.post("/chat/completions?simulate-fault=status%3D500", body))
                        .statusCode())
                .isEqualTo(500);
        assertThat(client.send(client.http(
                                client.request("x [[fault: status=404]]").build(), false))
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<byte[]> wrong =
                client.send(client.http(client.request("x").build(), false, "x-simulate-fault", "explode"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(text(wrong)).contains("got 'explode'");
    }

    @Test
    void failsAsItsPlanSays() throws Exception {
        FaultPlan plan = FaultPlan.builder()
                .onCall(2, Fault.status(500))
                .onCalls(4, 5, Fault.status(503))
                .forModel("bad-*", Fault.status(404))
                .forWords("forbidden", Fault.status(403))
                .build();
        try (Simulator planned = Simulator.builder().faults(plan).build().start()) {
            WireClient client = new WireClient(planned, SimulatedDialect.OPENAI);
            int[] statuses = new int[6];
            for (int i = 0; i < statuses.length; i++) {
                statuses[i] = client.send(client.http(client.request("x").build(), false))
                        .statusCode();
            }
            assertThat(statuses).containsExactly(200, 500, 200, 503, 503, 200);
            WireClient bad = new WireClient(planned, SimulatedDialect.OPENAI, "bad-model");
            assertThat(bad.send(bad.http(bad.request("x").build(), false)).statusCode())
                    .isEqualTo(404);
            assertThat(client.send(client.http(client.request("it is FORBIDDEN").build(), false))
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void failsTheSameShareOfRequestsForTheSameSeed() {
        FaultPlan plan =
                FaultPlan.builder().withProbability(0.2, 42, Fault.status(500)).build();
        boolean[] failed = new boolean[1_000];
        int count = 0;
        for (int i = 0; i < failed.length; i++) {
            failed[i] = plan.faultOf(call(i + 1)).isPresent();
            count += failed[i] ? 1 : 0;
        }
        assertThat(count).isBetween(150, 250);
        FaultPlan again =
                FaultPlan.builder().withProbability(0.2, 42, Fault.status(500)).build();
        for (int i = 0; i < failed.length; i++) {
            assertThat(again.faultOf(call(i + 1)).isPresent()).isEqualTo(failed[i]);
        }
    }

    private static FaultPlan.Call call(long number) {
        return new FaultPlan.Call(number, SimulatedDialect.OPENAI, Operation.CHAT, "m", Optional.empty());
    }

    private ChatResponse answer(SimulatedDialect dialect, boolean stream) throws IOException, InterruptedException {
        WireClient client = new WireClient(simulator, dialect);
        return client.answer(client.request("x").build(), stream);
    }

    private LlmException failure(SimulatedDialect dialect, boolean stream) {
        Throwable failure = catchThrowable(() -> answer(dialect, stream));
        assertThat(failure).isInstanceOf(LlmException.class);
        return (LlmException) failure;
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
