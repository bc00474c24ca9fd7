package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages that a user replaces, and guardrails. */
class GatewayRoutesTest {
    private TestGateway gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static String chat(String text, boolean stream) {
        return "{\"model\":\"openai/gpt-5-mini\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    }

    private RawClient.Answer ask(String text) throws Exception {
        try (RawClient client = gateway.client()) {
            return client.post("/v1/chat/completions", chat(text, false)).answer();
        }
    }

    private static Simulator echo() {
        return Simulator.builder().responder(Responders.echo()).build().start();
    }

    private static RouteBuilder guardrail(String id, String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri)
                        .routeId(id)
                        .choice()
                        .when(body().contains("secret"))
                        .setHeader(Guardrails.REFUSED, constant("no secrets here"))
                        .when(body().contains("crash"))
                        .throwException(IllegalStateException.class, "the detector is down")
                        .otherwise()
                        .setBody(body().regexReplaceAll("name", simple("[name]")))
                        .end();
            }
        };
    }

    @Test
    void letsAUserReplaceAStageInJava() throws Exception {
        gateway = TestGateway.of(Simulator.started()).start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:llm-gateway-route")
                        .routeId("llm-gateway-route")
                        .setProperty(RouteStage.TARGET, constant("anthropic/claude-haiku-4-5"))
                        .setHeader(RouteStage.WIRE_FORMAT, constant("openai-chat"));
            }
        });
        RawClient.Answer answer = ask("Hello");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("x-llm-provider")).isEqualTo("anthropic");
    }

    @Test
    void givesStagesOnlyNamesThatBringNoOptions() throws Exception {
        gateway = TestGateway.of(Simulator.started()).start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:llm-gateway-route")
                        .routeId("llm-gateway-route")
                        .setHeader(RouteStage.WIRE_FORMAT, constant("openai-chat"))
                        .setProperty(RouteStage.TARGET, simple("${exchangeProperty.CamelLlmGatewayRequest.model}"));
            }
        });
        try (RawClient client = gateway.client()) {
            for (String name :
                    new String[] {"openai/a?baseUrl=http://evil.example", "openai/a%3FapiKey=x", "{{env:HOME}}/a"}) {
                String body = chat("Hello", false).replace("openai/gpt-5-mini", name);
                assertThat(client.post("/v1/chat/completions", body).answer().status())
                        .as(name)
                        .isEqualTo(404);
            }
        }
        assertThat(gateway.simulator().requestCount()).isZero();
        assertThat(ask("Hello").status()).isEqualTo(200);
    }

    @Test
    void letsAUserReplaceAStageInYaml() throws Exception {
        gateway = TestGateway.of(Simulator.started());
        gateway.start(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                PluginHelper.getRoutesLoader(getContext()).loadRoutes(ResourceHelper.fromString("own.yaml", """
                        - route:
                            id: llm-gateway-call
                            from:
                              uri: direct:llm-gateway-call
                              steps:
                                - setBody:
                                    constant: '{"id":"canned","object":"chat.completion","choices":[]}'
                        """));
            }
        });
        assertThat(ask("Hello").body()).contains("canned");
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void refusesWhatAGuardrailRefuses() throws Exception {
        gateway = TestGateway.of(echo(), "guardrails.request", "check").start(guardrail("check", "direct:check"));
        RawClient.Answer refused = ask("my secret");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("no secrets here").contains("content_filter");
        assertThat(gateway.simulator().requestCount()).isZero();
        RawClient.Answer passed = ask("my name");
        assertThat(passed.body()).as("a guardrail may change the request").contains("my [name]");
    }

    /** A call that gives the request back as it is. */
    private static RouteBuilder mirror() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:llm-gateway-call").routeId("llm-gateway-call").setProperty("seen", body());
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"guardrails.request", "guardrails.answer"})
    void doesNotLetEscapesHideWordsFromAGuardrail(String setting) throws Exception {
        gateway = TestGateway.of(echo(), setting, "check").start(mirror(), guardrail("check", "direct:check"));
        for (String hidden : new String[] {"\\u0073ecret", "se\\u0063\\u0072et", "\\u005c\\u0073ecret"}) {
            assertThat(ask(hidden).body()).as(hidden).contains("no secrets here");
        }
        String harmless = "\\u0048ello \\ud83d\\ude00\\u000a";
        assertThat(ask(harmless).body())
                .as("what passes unchanged keeps its bytes")
                .isEqualTo(chat(harmless, false));
        assertThat(ask("\\u0048ello n\\u0061me\\n").body()).isEqualTo(chat("Hello [name]\\n", false));
    }

    @Test
    void doesNotShowAGuardrailWhatOthersMayReadDifferently() throws Exception {
        gateway = TestGateway.of(echo(), "guardrails.request", "check").start(guardrail("check", "direct:check"));
        String[] encoded = {
            // Too long a form of "s", and UTF-16
            new String(chat("xecret", false).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                    .replace("xecret", "\u00c1\u00b3ecret"),
            new String(chat("secret", false).getBytes(StandardCharsets.UTF_16), StandardCharsets.ISO_8859_1)
        };
        for (String body : encoded) {
            byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
            try (RawClient client = gateway.client()) {
                client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: " + bytes.length
                        + "\r\n\r\n");
                RawClient.Answer answer = client.send(bytes).answer();
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.body()).contains("UTF-8");
            }
        }
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void refusesEverythingWhenAGuardrailFails() throws Exception {
        gateway = TestGateway.of(echo(), "guardrails.request", "check").start(guardrail("check", "direct:check"));
        RawClient.Answer refused = ask("crash");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("x-should-retry")).isEqualTo("true");
        assertThat(refused.body()).contains("a guardrail of the gateway failed").doesNotContain("detector");
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void letsEverythingPassAFailingGuardrailIfThatIsMeant() throws Exception {
        gateway = TestGateway.of(echo(), "guardrails.request", "check", "guardrails.failOpen", "true")
                .start(guardrail("check", "direct:check"));
        assertThat(ask("crash").body()).contains("crash");
    }

    @Test
    void isNotReadyWithoutItsGuardrails() throws Exception {
        gateway = TestGateway.of(echo(), "guardrails.answer", "missing").start();
        try (RawClient client = gateway.client()) {
            RawClient.Answer ready = client.get("/health/ready").answer();
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.body()).contains("guardrail missing");
            assertThat(client.get("/health/live").answer().status()).isEqualTo(200);
        }
        assertThat(ask("Hello").status()).isEqualTo(503);
    }

    @Test
    void looksAtAnswers() throws Exception {
        gateway = TestGateway.of(echo(), "guardrails.answer", "check").start(guardrail("check", "direct:check"));
        assertThat(ask("my secret").body()).contains("no secrets here").doesNotContain("my secret");
        assertThat(ask("my name").body()).contains("my [name]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/gpt-5-mini", "anthropic/claude-haiku-4-5"})
    void holdsStreamsBackUntilTheyWereLookedAt(String model) throws Exception {
        String harmless = "word ".repeat(400);
        Simulator simulator = Simulator.builder()
                .responder(Responders.rules()
                        .contains("good", ScriptedAnswer.text(harmless))
                        .otherwise(Responders.always(ScriptedAnswer.text(harmless + "the secret is out"))))
                .build()
                .start();
        gateway = TestGateway.of(
                        simulator, "guardrails.answer", "check", "guardrails.window", "200", "alias.any", model)
                .start(guardrail("check", "direct:check"));
        try (RawClient client = gateway.client()) {
            String body = chat("good", true).replace("openai/gpt-5-mini", "any");
            RawClient.Answer good = client.post("/v1/chat/completions", body).answer();
            assertThat(good.body()).contains("[DONE]").contains("word");
            client.post("/v1/chat/completions", body.replace("good", "bad"));
            client.head();
            StringBuilder all = new StringBuilder();
            assertThatThrownBy(() -> {
                        for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                            all.append(chunk);
                        }
                    })
                    .isInstanceOf(EOFException.class);
            assertThat(all).contains("word").contains("no secrets here").doesNotContain("secret is");
        }
    }
}
