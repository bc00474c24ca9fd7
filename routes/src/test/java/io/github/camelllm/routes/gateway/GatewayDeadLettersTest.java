package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.deadletters.DeadLetter;
import io.github.camelllm.routes.deadletters.DeadLetter.State;
import io.github.camelllm.routes.deadletters.DeadLetterFilter;
import io.github.camelllm.routes.deadletters.DeadLetters;
import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.RetryHint;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of the gateway that fail, are seen on its dashboard, and are sent again from there. */
class GatewayDeadLettersTest {
    private static final String SECRET = "let-me-see-the-dashboard";
    private static final String BEARER = "Authorization: Bearer " + SECRET;
    private static final String CHAT =
            "{\"model\":\"openai/gpt-5-mini\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"a private question\"}]}";

    @TempDir
    private Path folder;

    private final Simulator simulator = Simulator.started();
    private Main main;

    @BeforeEach
    void start() throws Exception {
        Matcher page = Pattern.compile("<!-- gateway-settings -->\n```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/dead-letters.md")));
        assertThat(page.find()).isTrue();
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"),
                page.group(1)
                        + """
                ---
                camel:
                  component:
                    llm:
                      ledger: true
                      apiKeys[openai]: none-needed
                      apiKeys[anthropic]: none-needed
                llm:
                  jdbc.url: jdbc:h2:file:%s
                  ledger.journal: %s
                  provider.openai.baseUrl: %s
                  provider.anthropic.baseUrl: %s
                  budget.poor: {limit: 0.0000001 USD, window: total, scope.model: gpt-5-nano}
                  dashboard.secret: %s
                  deadLetters:
                    answersTo: mock:answers
                  gateway:
                    reloadInterval: 0
                    byok.callers: [anonymous]
                    admin.port: 0
                """.formatted(
                                        folder.resolve("db"),
                                        folder.resolve("journal"),
                                        simulator.baseUrl(SimulatedDialect.OPENAI),
                                        simulator.baseUrl(SimulatedDialect.ANTHROPIC),
                                        SECRET));
        main = Gateway.application(Optional.of(file), Map.of("LLM_GATEWAY_PORT", "0"));
        main.start();
    }

    @AfterEach
    void stop() {
        main.stop();
        simulator.close();
    }

    private RawClient client(String route) throws Exception {
        return new RawClient(
                ((LlmHttpConsumer) main.getCamelContext().getRoute(route).getConsumer()).getPort());
    }

    private RawClient.Answer ask(String body) throws Exception {
        try (RawClient client = client("llm-gateway-in")) {
            return client.post("/v1/chat/completions", body).answer();
        }
    }

    private RawClient.Answer page(String path, String... headers) throws Exception {
        try (RawClient client = client("llm-gateway-admin")) {
            return client.get("/llm/" + path, headers).answer();
        }
    }

    private RawClient.Answer post(String form, String... headers) throws Exception {
        try (RawClient client = client("llm-gateway-admin")) {
            StringBuilder request = new StringBuilder("POST /llm/dead-letters?state=KEPT HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length() + "\r\n");
            for (String header : headers) {
                request.append(header).append("\r\n");
            }
            return client.send(request + "\r\n" + form).answer();
        }
    }

    private List<DeadLetter> letters() throws Exception {
        return DeadLetters.find(main.getCamelContext()).orElseThrow().list(DeadLetterFilter.ALL, 100);
    }

    private DeadLetter only(State state) {
        await().until(() -> letters().size() == 1 && letters().get(0).state() == state);
        try {
            return letters().get(0);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCallThatFailedIsSeenAndSentAgain() throws Exception {
        simulator.failNext(Fault.status(503));
        RawClient.Answer failed = ask(CHAT.formatted(false));
        assertThat(failed.status()).isEqualTo(503);
        DeadLetter kept = only(State.KEPT);
        assertThat(kept.callId().map(String::valueOf)).contains(failed.header("x-llm-call-id"));
        assertThat(kept.caller()).isEqualTo("anonymous");
        assertThat(kept.model()).isEqualTo("openai/gpt-5-mini");

        String list = page("dead-letters", BEARER).body();
        assertThat(list)
                .contains("openai/gpt-5-mini", kept.errorType(), "name=\"letter." + kept.id() + "\"", "Replay chosen")
                .doesNotContain("private question");
        MockEndpoint answers = main.getCamelContext().getEndpoint("mock:answers", MockEndpoint.class);
        answers.expectedMessageCount(1);
        answers.expectedHeaderReceived("LlmOriginalCallId", failed.header("x-llm-call-id"));

        String form = "do=replay&letter." + kept.id() + "=on";
        RawClient.Answer first = post(form, BEARER);
        RawClient.Answer second = post(form, BEARER);
        assertThat(first.status()).isEqualTo(303);
        assertThat(first.header("location")).isEqualTo("dead-letters?state=KEPT&done=1&of=1");
        assertThat(second.header("location")).isEqualTo("dead-letters?state=KEPT&done=0&of=1");

        DeadLetter replayed = only(State.REPLAYED);
        answers.assertIsSatisfied(20_000);
        assertThat(new String(answers.getExchanges().get(0).getMessage().getBody(byte[].class), StandardCharsets.UTF_8))
                .contains("chat.completion");
        assertThat(simulator.requests()).hasSize(2);
        assertThat(simulator.requests().get(1).outcome()).isEqualTo(RecordedRequest.Outcome.ANSWERED);
        String call = replayed.replayCallId().orElseThrow().toString();
        await().until(() -> page("call?id=" + call, BEARER).body().contains("replayOf"));
        assertThat(page("call?id=" + call, BEARER).body()).contains(failed.header("x-llm-call-id"));
        assertThat(page("dead-letters.csv?table=dead-letters", BEARER).body())
                .contains("replayed", call)
                .doesNotContain("private question");
    }

    @Test
    void aReplayCarriesTheHeadersOfTheClientsApi() throws Exception {
        simulator.failNext(Fault.status(503));
        try (RawClient client = client("llm-gateway-in")) {
            client.post("/v1/chat/completions", CHAT.formatted(false), "OpenAI-Beta: one=v2");
            assertThat(client.answer().status()).isEqualTo(503);
        }

        post("do=replay&letter." + only(State.KEPT).id() + "=on", BEARER);
        only(State.REPLAYED);

        assertThat(simulator.requests()).hasSize(2).allSatisfy(request -> assertThat(request.headers())
                .containsEntry("openai-beta", "one=v2"));
    }

    @Test
    void aStreamThatBrokeOffIsSentAgainToItsEnd() throws Exception {
        simulator.failNext(Fault.parse("close=2"));
        try (RawClient client = client("llm-gateway-in")) {
            client.post("/v1/chat/completions", CHAT.formatted(true));
            assertThat(client.rest()).doesNotContain("[DONE]");
        }
        DeadLetter kept = only(State.KEPT);
        assertThat(kept.reason()).contains("the stream broke off");

        simulator.failNext(Fault.parse("close=2"));
        post("do=replay&letter." + kept.id() + "=on", BEARER);
        await().until(() -> letters().get(0).replays() == 1 && letters().get(0).state() == State.KEPT);

        MockEndpoint answers = main.getCamelContext().getEndpoint("mock:answers", MockEndpoint.class);
        answers.expectedMessageCount(1);
        post("do=replay&letter." + kept.id() + "=on", BEARER);
        only(State.REPLAYED);
        answers.assertIsSatisfied(20_000);
        assertThat(new String(answers.getExchanges().get(0).getMessage().getBody(byte[].class), StandardCharsets.UTF_8))
                .contains("[DONE]");
    }

    @Test
    void whatIsRefusedBeforeItIsSentIsNotKept() throws Exception {
        assertThat(ask(CHAT.formatted(false).replace("mini", "nano")).status()).isEqualTo(402);
        assertThat(ask("{\"model\":\"openai/gpt-5-mini\"").status()).isEqualTo(400);
        assertThat(ask(CHAT.formatted(false).replace("openai/", "nobody/")).status())
                .isEqualTo(404);
        expectNotKept();
    }

    @Test
    void whatIsWrongEachTimeItIsAskedIsNotKept() throws Exception {
        RawClient.Answer untranslatable = ask(CHAT.formatted(false)
                .replace("openai/gpt-5-mini", "anthropic/claude-haiku-4-5")
                .replace("\"stream\":", "\"n\":2,\"stream\":"));
        assertThat(untranslatable.status()).isEqualTo(400);
        assertThat(untranslatable.header("x-llm-call-id")).isNotEmpty();
        simulator.failNext(Fault.status(400));
        assertThat(ask(CHAT.formatted(false)).status()).isEqualTo(400);
        expectNotKept();
    }

    @Test
    void whatWasPaidByItsClientIsNotKept() throws Exception {
        simulator.failNext(Fault.status(503));
        try (RawClient client = client("llm-gateway-in")) {
            client.post("/v1/chat/completions", CHAT.formatted(false), "x-llm-provider-key: openai=sk-of-the-client");
            assertThat(client.answer().status()).isEqualTo(503);
        }
        expectNotKept();
    }

    /** They are kept in their order, so what came before would be there before another one. */
    private void expectNotKept() throws Exception {
        simulator.failNext(Fault.status(429, RetryHint.seconds(7)));
        assertThat(ask(CHAT.formatted(false)).status()).isEqualTo(429);
        only(State.KEPT);
    }

    @Test
    void onlyFormsOfItsOwnPagesDoSomething() throws Exception {
        simulator.failNext(Fault.status(503));
        ask(CHAT.formatted(false));
        DeadLetter kept = only(State.KEPT);
        String chosen = "do=discard&letter." + kept.id() + "=on";
        String cookie = signIn();
        String token = token(page("dead-letters", cookie).body());

        assertThat(post(chosen).status()).isEqualTo(303);
        assertThat(post(chosen).header("location")).startsWith("login");
        assertThat(post(chosen, cookie).status()).isEqualTo(403);
        assertThat(post(chosen + "&token=" + token.substring(1), cookie).status())
                .isEqualTo(403);
        assertThat(post(chosen + "&token=" + token, cookie, "Sec-Fetch-Site: cross-site")
                        .status())
                .isEqualTo(403);
        assertThat(post(chosen + "&token=" + token, signIn()).status()).isEqualTo(403);
        assertThat(post("do=explode&token=" + token, cookie).status()).isEqualTo(400);
        assertThat(post("do=discard&letter.nobody=on&token=" + token, cookie).status())
                .isEqualTo(400);
        only(State.KEPT);

        assertThat(post(chosen + "&token=" + token, cookie, "Sec-Fetch-Site: same-origin")
                        .header("location"))
                .endsWith("done=1&of=1");
        assertThat(only(State.DISCARDED).actor()).contains("the secret");
    }

    private String signIn() throws Exception {
        String form = "secret=" + SECRET;
        try (RawClient client = client("llm-gateway-admin")) {
            String cookie = client.send(
                            "POST /llm/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                    + "Content-Length: " + form.length() + "\r\n\r\n" + form)
                    .answer()
                    .header("set-cookie");
            return "Cookie: " + cookie.substring(0, cookie.indexOf(';'));
        }
    }

    private static String token(String page) {
        Matcher found = Pattern.compile("name=\"token\" value=\"([^\"]+)\"").matcher(page);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }
}
