package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.router.Strategy;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import io.github.camelllm.testing.RecordedRequest;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code llm:router/NAME} in routes, against a server that plays the providers' answers. */
class RouterTest extends LlmRouteTest {
    private static final String SECOND = "llama-3.3-70b-versatile";

    @TempDir
    static Path folder;

    private final Path file = folder.resolve("routers.yaml");

    /** Opened when the route has got a stream. */
    private final Gate streaming = new Gate();

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        Files.writeString(file, """
                routers:
                  plain: {targets: [openai/gpt-5-mini, groq/llama-3.3-70b-versatile]}
                  {{nameOfAnother}}:
                    targets: [{model: openai/gpt-5-mini, options: {temperature: 0.5, maxTokens: 77, extra.top_k: 3}}]
                  long:
                    targets: [openai/gpt-5-mini, groq/llama-3.3-70b-versatile]
                    fallbacks: {contextWindow: [gemini/gemini-2.5-pro], contentFilter: [mistral/mistral-small-2603]}
                  nested: {targets: [router/plain, mistral/mistral-small-2603]}
                  once: {targets: [openai/gpt-5-mini, groq/llama-3.3-70b-versatile], maxTargets: 1}
                  europe: {targets: [openai/gpt-5-mini, deepseek/deepseek-chat], constraints: {regions: [eu]}}
                  tenants:
                    strategy: conditional
                    targets:
                      - {model: groq/llama-3.3-70b-versatile, when: "${header.tenant} == 'a'"}
                      - openai/gpt-5-mini
                  continuing:
                    targets: [openai/gpt-5-mini, openai/gpt-5-nano]
                    stream: {onBreak: continue}
                  careful:
                    targets: [openai/gpt-5-mini, openai/gpt-5-nano]
                    stream: {commitAfter: {events: 3}}
                  hedged: {targets: [openai/gpt-5-mini, openai/gpt-5-nano], hedge: 50ms}
                  cascade:
                    targets: [openai/gpt-5-nano, openai/gpt-5-mini]
                    cascade: {accept: "${body} contains 'sure'"}
                  confident:
                    targets: [openai/gpt-5-nano, openai/gpt-5-mini]
                    cascade: {confidence: {at: /confidence, least: 0.8}}
                  judged:
                    targets: [openai/gpt-5-nano, openai/gpt-5-mini]
                    cascade: {judge: {model: openai/gpt-5}}
                  drafted:
                    targets: [openai/gpt-5-nano]
                    verify: {model: openai/gpt-5, to: 'mock:corrections', prompt: Mind the units.}
                  deadline: {targets: [openai/gpt-5-mini, openai/gpt-5-nano], deadline: 200ms}
                """);
        Properties properties = new Properties();
        properties.setProperty("nameOfAnother", "tuned");
        properties.setProperty("llm.router.fromProperties.targets", "openai/gpt-5-mini,openai/gpt-5-nano");
        properties.setProperty("llm.router.fromProperties.maxRetries", "1");
        context.getPropertiesComponent().setInitialProperties(properties);
        LlmComponent component = context.getComponent("llm", LlmComponent.class);
        component.setRoutersLocation("file:" + file);
        component.setRoutersReloadInterval(Duration.ZERO);
        component.getConfiguration().setRetryBackoff(Duration.ofMillis(1));
        return context;
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:stream")
                        .toD("llm:router/${header.router}?streaming=true")
                        .process(exchange -> streaming.open())
                        .convertBodyTo(String.class);
                from("direct:json")
                        .toD(
                                "llm:router/${header.router}?jsonSchema=RAW({\"type\":\"object\",\"required\":[\"answer\"]})");
                from("direct:ask").toD("llm:router/${header.router}");
            }
        };
    }

    private Exchange ask(String router) {
        return send("direct:ask", router, Map.of());
    }

    private Exchange send(String uri, String router, Map<String, Object> headers) {
        return template.send(uri, exchange -> {
            exchange.getMessage().setBody("Hi");
            exchange.getMessage().setHeader("router", router);
            headers.forEach(exchange.getMessage()::setHeader);
        });
    }

    private List<String> modelsAsked() throws IOException {
        List<String> models = new ArrayList<>();
        for (RecordedRequest request : server.requests()) {
            JsonNode model = Json.MAPPER.readTree(request.body()).path("model");
            models.add(model.isMissingNode() ? request.path() : model.asText());
        }
        return models;
    }

    private static String body(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(String.class);
    }

    @Test
    void asksTheNextTargetWhenOneIsUnavailable() throws Exception {
        server.play(error(503, "server_error", "overloaded"), answer("from the second"));

        Exchange done = ask("plain");

        assertThat(body(done)).isEqualTo("from the second");
        assertThat(modelsAsked()).containsExactly(MODEL, SECOND);
        assertThat(done.getMessage().getHeader(LlmConstants.PROVIDER)).isEqualTo("groq");
        assertThat(done.getMessage().getHeader(LlmConstants.ROUTER)).isEqualTo("plain");
        assertThat(done.getMessage().getHeader(LlmConstants.ATTEMPTS)).isEqualTo(2);
        CallRecord failed = takeRecord();
        CallRecord succeeded = takeRecord();
        assertThat(failed.outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(failed.tags()).containsEntry("router", "plain");
        assertThat(succeeded.provider()).isEqualTo("groq");
        assertThat(records).isEmpty();
    }

    @Test
    void doesNotAskElsewhereIfTheKeyIsRefusedOrTheRequestIsWrong() {
        server.play(error(401, "authentication_error", "invalid_api_key"), error(400, "invalid_request_error", "bad"));

        assertThat(ask("plain").getException()).isInstanceOf(LlmAuthenticationException.class);
        assertThat(ask("plain").getException()).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void asksALargerModelIfTheRequestIsTooLong() throws Exception {
        server.play(error(400, "invalid_request_error", "context_length_exceeded"), Answer.json(200, """
                {"candidates":[{"content":{"role":"model","parts":[{"text":"from the large one"}]},"finishReason":"STOP"}],
                 "usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":15}}"""));

        assertThat(body(ask("long"))).isEqualTo("from the large one");
        assertThat(modelsAsked().get(1)).contains("gemini-2.5-pro");
    }

    @Test
    void asksAConfiguredModelIfAFilterRefusesThePrompt() throws Exception {
        server.play(error(400, "invalid_request_error", "content_filter"), answer("harmless"));

        assertThat(body(ask("long"))).isEqualTo("harmless");
        assertThat(modelsAsked()).containsExactly(MODEL, "mistral-small-2603");
    }

    @Test
    void routersCanBeTargetsOfRouters() throws Exception {
        server.play(error(503, "e", "x"), error(503, "e", "x"), answer("from the outer router"));

        assertThat(body(ask("nested"))).isEqualTo("from the outer router");
        assertThat(modelsAsked()).containsExactly(MODEL, SECOND, "mistral-small-2603");
    }

    @Test
    void weightsFromOutsideTakeThePlaceOfTheDefinitionsAlsoForRoutersThatLeadThere() throws Exception {
        server.otherwise(answer("Hello"));
        RouterWeights weights = context.getComponent("llm", LlmComponent.class).routerWeights();
        ask("nested");

        weights.set(Map.of("plain", Map.of("openai/gpt-5-mini", 0.0, "groq/llama-3.3-70b-versatile", 1.0)));
        ask("plain");
        ask("nested");
        assertThat(weights.inUse("plain").orElseThrow().strategy()).isEqualTo(Strategy.WEIGHTED);
        assertThat(weights.written("plain").orElseThrow().strategy()).isEqualTo(Strategy.PRIORITY);
        weights.set(Map.of());
        ask("plain");

        assertThat(modelsAsked()).containsExactly(MODEL, SECOND, SECOND, MODEL);
    }

    @Test
    void weightsForOtherTargetsThanThereAreAreLeftAlone() throws Exception {
        server.otherwise(answer("Hello"));
        RouterWeights weights = context.getComponent("llm", LlmComponent.class).routerWeights();

        weights.set(Map.of("plain", Map.of("groq/llama-3.3-70b-versatile", 1.0)));
        ask("plain");

        assertThat(modelsAsked()).containsExactly(MODEL);
        assertThat(weights.inUse("plain")).isEqualTo(weights.written("plain"));
    }

    @Test
    void asksNoMoreTargetsThanItMay() {
        server.play(error(503, "e", "x"));

        assertThat(ask("once").getException()).isInstanceOf(LlmUnavailableException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void retriesEachTargetIfToldTo() throws Exception {
        server.play(error(503, "e", "x"), error(503, "e", "x"), error(503, "e", "x"), answer("at last"));

        Exchange done = ask("fromProperties");

        assertThat(body(done)).isEqualTo("at last");
        assertThat(modelsAsked()).containsExactly(MODEL, MODEL, "gpt-5-nano", "gpt-5-nano");
        assertThat(done.getMessage().getHeader(LlmConstants.ATTEMPTS)).isEqualTo(4);
    }

    @Test
    void saysWhichConstraintRemovedWhichTarget() {
        Exception failure = ask("europe").getException();

        assertThat(failure)
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("router europe has no target for this request")
                .hasMessageContaining("openai/gpt-5-mini (regions: expected all in [eu]")
                .hasMessageContaining("deepseek/deepseek-chat (regions");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void chooseByConditionOnTheMessage() throws Exception {
        server.otherwise(answer("Hello"));

        send("direct:ask", "tenants", Map.of("tenant", "a"));
        send("direct:ask", "tenants", Map.of("tenant", "b"));

        assertThat(modelsAsked()).containsExactly(SECOND, MODEL);
    }

    @Test
    void optionsOfATargetAreLaidOverTheRequest() throws Exception {
        server.play(answer("Hello"));

        ask("tuned");

        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.path("max_completion_tokens")
                        .asInt(sent.path("max_tokens").asInt()))
                .isEqualTo(77);
        assertThat(sent.path("top_k").asInt()).isEqualTo(3);
    }

    @Test
    void leavesATargetAloneThatKeepsFailing() throws Exception {
        server.otherwise(
                request -> request.text().contains(SECOND) ? answer("Hello") : error(500, "server_error", "x"));
        for (int i = 0; i < 5; i++) {
            ask("plain");
        }
        int before = server.requests().size();
        assertThat(before).isEqualTo(10);

        ask("plain");

        assertThat(modelsAsked().subList(before, before + 1)).containsExactly(SECOND);
        assertThat(server.requests()).hasSize(before + 1);
    }

    @Test
    void reportsWhenAllTargetsMustBeLeftAlone() {
        server.otherwise(error(429, "rate_limit_error", "rate_limit_exceeded").header("retry-after", "20"));
        ask("plain");

        LlmException failure = (LlmException) ask("plain").getException();

        assertThat(failure).isInstanceOf(LlmUnavailableException.class);
        assertThat(failure.getErrorType()).isEqualTo("circuit_open");
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.getRetryAfterMillis()).isBetween(1L, 20_000L);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aStreamThatFailsBeforeItsFirstPieceIsAskedForElsewhere() throws Exception {
        server.play(Answer.sse().chunk(": wait\n\n").cut(), stream("Hello").chunk(streamEnd()));

        Exchange done = send("direct:stream", "plain", Map.of());

        assertThat(body(done)).isEqualTo("Hello");
        assertThat(modelsAsked()).containsExactly(MODEL, SECOND);
    }

    @Test
    void aStreamThatBreaksOffLaterFails() {
        server.play(stream("Hel").await(streaming).cut());

        assertThat(send("direct:stream", "plain", Map.of()).getException())
                .satisfies(thrown -> assertThat(rootLlm(thrown)).isInstanceOf(LlmException.class));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aStreamIsAskedForElsewhereUntilItIsCommitted() throws Exception {
        server.play(stream("Hel", "lo").cut(), stream("Good ", "morning", "!").chunk(streamEnd()));

        assertThat(body(send("direct:stream", "careful", Map.of()))).isEqualTo("Good morning!");
        assertThat(modelsAsked()).containsExactly(MODEL, "gpt-5-nano");
    }

    @Test
    void anotherModelContinuesABrokenStreamIfWanted() throws Exception {
        server.play(
                stream("Once ", "upon ").await(streaming).cut(),
                stream("a time").chunk(streamEnd()));

        Exchange done = send("direct:stream", "continuing", Map.of());

        assertThat(body(done)).isEqualTo("Once upon a time");
        assertThat(done.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5-nano");
        JsonNode messages =
                Json.MAPPER.readTree(server.requests().get(1).body()).path("messages");
        assertThat(messages.path(1).path("content").asText()).isEqualTo("Once upon ");
    }

    @Test
    void asksASecondTargetWhenTheFirstIsSlow() throws Exception {
        Gate gate = new Gate();
        server.otherwise(request -> request.text().contains("gpt-5-nano")
                ? answer("quick")
                : answer("slow").after(gate));

        Exchange done = ask("hedged");

        assertThat(body(done)).isEqualTo("quick");
        assertThat(takeRecord().outcome()).isIn(CallOutcome.SUCCEEDED, CallOutcome.CANCELLED);
        assertThat(takeRecord().outcome()).isIn(CallOutcome.SUCCEEDED, CallOutcome.CANCELLED);
        gate.open();
    }

    @Test
    void asksALargerModelIfThePredicateRefusesTheAnswer() throws Exception {
        server.play(answer("perhaps"), answer("still perhaps"), answer("sure"));

        Exchange unsure = ask("cascade");
        Exchange sure = ask("cascade");

        assertThat(body(unsure)).isEqualTo("still perhaps");
        assertThat(unsure.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(2000L);
        assertThat(body(sure)).isEqualTo("sure");
        assertThat(modelsAsked()).containsExactly("gpt-5-nano", MODEL, "gpt-5-nano");
    }

    @Test
    void asksALargerModelIfTheAnswerIsNotConfidentEnoughOrBreaksTheSchema() throws Exception {
        server.play(
                answer("{\"answer\":1,\"confidence\":0.5}"),
                answer("{\"answer\":2,\"confidence\":0.1}"),
                answer("{\"confidence\":0.9}"),
                answer("{\"answer\":3}"),
                answer("{\"answer\":4,\"confidence\":0.8}"));

        assertThat(body(send("direct:json", "confident", Map.of()))).contains("2");
        assertThat(body(send("direct:json", "confident", Map.of()))).contains("3");
        assertThat(body(send("direct:json", "confident", Map.of()))).contains("4");
        assertThat(modelsAsked()).containsExactly("gpt-5-nano", MODEL, "gpt-5-nano", MODEL, "gpt-5-nano");
    }

    @Test
    void asksALargerModelIfTheJudgeIsNotPleased() throws Exception {
        server.play(answer("42"), answer("{\"good\":false}"), answer("43"));

        Exchange done = ask("judged");

        assertThat(body(done)).isEqualTo("43");
        assertThat(modelsAsked()).containsExactly("gpt-5-nano", "gpt-5", MODEL);
        assertThat(done.getMessage().getHeader(LlmConstants.ATTEMPTS)).isEqualTo(3);
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(3000L);
    }

    @Test
    void sendsACorrectionAfterTheDraftHasGoneOn() throws Exception {
        Gate gate = new Gate();
        server.play(
                answer("3 feet"),
                answer("{\"correct\":false,\"answer\":\"3 metres\"}").after(gate));
        MockEndpoint corrections = getMockEndpoint("mock:corrections");
        corrections.expectedMessageCount(1);

        Exchange done = send("direct:ask", "drafted", Map.of("order", 7));
        assertThat(body(done)).isEqualTo("3 feet");
        assertThat(corrections.getReceivedCounter()).isZero();
        gate.open();

        corrections.assertIsSatisfied(20_000);
        var correction = corrections.getExchanges().get(0).getMessage();
        assertThat(correction.getBody(String.class)).isEqualTo("3 metres");
        assertThat(correction.getHeader(LlmConstants.VERIFICATION)).isEqualTo("corrected");
        assertThat(correction.getHeader(LlmConstants.DRAFT)).isEqualTo("3 feet");
        assertThat(correction.getHeader("order")).isEqualTo(7);
        assertThat(correction.getHeader(LlmConstants.DRAFT_CALL_ID))
                .isEqualTo(done.getMessage().getHeader(LlmConstants.CALL_ID));
        assertThat(server.requests().get(1).text()).contains("Mind the units.").contains("3 feet");
    }

    @Test
    void saysWhenADraftCouldNotBeVerified() throws Exception {
        server.play(answer("3 feet"), error(500, "server_error", "x"));
        MockEndpoint corrections = getMockEndpoint("mock:corrections");
        corrections.expectedHeaderReceived(LlmConstants.VERIFICATION, "failed");

        ask("drafted");

        corrections.assertIsSatisfied(20_000);
        assertThat(corrections.getExchanges().get(0).getMessage().getBody(String.class))
                .isEqualTo("3 feet");
    }

    @Test
    void endsAtItsDeadline() {
        server.otherwise(Answer.none());

        Exception failure = ask("deadline").getException();

        assertThat(failure).isInstanceOf(LlmTimeoutException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void takesADeadlineFromTheMessage() {
        server.otherwise(Answer.none());

        Exception failure = send(
                        "direct:ask",
                        "plain",
                        Map.of(
                                LlmConstants.DEADLINE,
                                Instant.now().plusMillis(200).toString()))
                .getException();
        Exception late = send("direct:ask", "plain", Map.of(LlmConstants.DEADLINE, 1000L))
                .getException();
        Exception wrong = send("direct:ask", "plain", Map.of(LlmConstants.DEADLINE, "soon"))
                .getException();

        assertThat(failure).isInstanceOf(LlmTimeoutException.class);
        assertThat(late).isInstanceOf(LlmTimeoutException.class).hasMessageContaining("deadline passed");
        assertThat(wrong).isInstanceOf(LlmInvalidRequestException.class).hasMessageContaining("CamelLlmDeadline");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void takesNewDefinitionsWhileItRunsAndKeepsTheOldOnesIfTheNewAreWrong() throws Exception {
        server.otherwise(answer("Hello"));
        LlmRouters routers =
                context.getComponent("llm", LlmComponent.class).engine().routers();
        ask("plain");

        Files.writeString(file, "id: plain\ntargets: [openai/gpt-5-nano]\n");
        routers.refresh();
        ask("plain");
        Files.writeString(file, "id: plain\ntargets: [nonsense]\n");
        routers.refresh();
        ask("plain");

        assertThat(modelsAsked()).containsExactly(MODEL, "gpt-5-nano", "gpt-5-nano");
        assertThat(routers.problem().orElseThrow())
                .contains("routers.yaml line 2")
                .contains("nonsense");
    }

    @Test
    void refusesARouterThatIsNotDefined() {
        assertThatThrownBy(() -> template.requestBody("llm:router/plian", "Hi"))
                .hasStackTraceContaining("plian")
                .hasStackTraceContaining("plain");
    }

    @Test
    void refusesAnOptionThatIsNotATargets() {
        assertThatThrownBy(() -> {
                    Files.writeString(
                            file, "id: plain\ntargets: [{model: openai/gpt-5-mini, options: {streaming: true}}]\n");
                    context.getComponent("llm", LlmComponent.class)
                            .engine()
                            .routers()
                            .refresh();
                    template.requestBody("llm:router/plain", "Hi");
                })
                .hasStackTraceContaining("option 'streaming' cannot be set for one target");
    }

    @Test
    void refusesAWordThatIsNone() throws Exception {
        Files.writeString(file, "id: plain\ntargets: [{model: openai/gpt-5-mini, options: {reasoningEffort: huge}}]\n");
        context.getComponent("llm", LlmComponent.class).engine().routers().refresh();

        assertThatThrownBy(() -> template.requestBody("llm:router/plain", "Hi"))
                .hasStackTraceContaining("reasoningEffort")
                .hasStackTraceContaining("'huge'");
    }

    private static Throwable rootLlm(Throwable thrown) {
        Throwable cause = thrown;
        while (cause != null && !(cause instanceof LlmException)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
