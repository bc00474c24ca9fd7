package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.wire.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayTest {
    private static final String JSON = "Content-Type: application/json";

    private TestGateway gateway;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.started("alias.fast", "openai/gpt-5-mini", "defaultProvider", "anthropic", "models", "*");
        client = gateway.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        gateway.close();
    }

    private static String chat(String model) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private RawClient.Answer post(String path, String body) throws Exception {
        return client.post(path, body, JSON).answer();
    }

    private static JsonNode json(RawClient.Answer answer) throws Exception {
        return Json.MAPPER.readTree(answer.body());
    }

    private void expectError(RawClient.Answer answer, int status, String words) throws Exception {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).at("/error/message").asText()).contains(words);
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void answersWithHeadersThatSayWhatItCost() throws Exception {
        RawClient.Answer answer = post("/v1/chat/completions", chat("openai/gpt-5-mini"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).at("/choices/0/message/content").asText()).isNotBlank();
        assertThat(answer.header("x-llm-call-id")).isNotBlank();
        assertThat(answer.header("x-llm-provider")).isEqualTo("openai");
        assertThat(answer.header("x-llm-model")).isEqualTo("gpt-5-mini");
        assertThat(answer.header("x-llm-attempts")).isEqualTo("1");
        assertThat(answer.header("x-llm-cost")).matches("0\\.0*[1-9]\\d*");
        assertThat(answer.header("x-llm-cost-currency")).isEqualTo("USD");
        assertThat(answer.header("x-llm-overhead-ms")).matches("\\d+\\.\\d{3}");
        assertThat(answer.head()).doesNotContainIgnoringCase("camel");
    }

    @Test
    void knowsAliasesAndADefaultProvider() throws Exception {
        assertThat(post("/v1/chat/completions", chat("fast")).header("x-llm-provider"))
                .isEqualTo("openai");
        assertThat(post("/v1/chat/completions", chat("claude-haiku-4-5")).header("x-llm-provider"))
                .isEqualTo("anthropic");
    }

    @Test
    void doesNotLetANameBringOptionsWithIt() throws Exception {
        expectError(
                post("/v1/chat/completions", chat("openai/gpt-5?baseUrl=http://evil.example")),
                404,
                "there is no such model here");
    }

    @Test
    void embedsTexts() throws Exception {
        RawClient.Answer openAi = post(
                "/v1/embeddings",
                "{\"model\":\"openai/text-embedding-3-small\",\"input\":[\"a\",\"b\"],\"dimensions\":3}");
        assertThat(openAi.status()).as(openAi.body()).isEqualTo(200);
        assertThat(json(openAi).at("/data/1/embedding")).hasSize(3);
        assertThat(openAi.header("x-llm-provider")).isEqualTo("openai");
        RawClient.Answer gemini = post(
                "/v1beta/models/openai%2Ftext-embedding-3-small:embedContent",
                "{\"content\":{\"parts\":[{\"text\":\"a\"}]}}");
        assertThat(gemini.status()).as(gemini.body()).isEqualTo(200);
        assertThat(json(gemini).at("/embedding/values").size()).isPositive();
    }

    @Test
    void passesTokenNumbersToProvidersOfOpenAisApi() throws Exception {
        RawClient.Answer openAi =
                post("/v1/embeddings", "{\"model\":\"openai/text-embedding-3-small\",\"input\":[[9906,1070],[11]]}");
        assertThat(openAi.status()).as(openAi.body()).isEqualTo(200);
        assertThat(json(openAi).at("/data")).hasSize(2);
        assertThat(openAi.header("x-llm-cost")).isNotBlank();
        RawClient.Answer gemini =
                post("/v1/embeddings", "{\"model\":\"gemini/gemini-embedding-001\",\"input\":[[9906,1070],[11]]}");
        assertThat(gemini.status()).isEqualTo(400);
        assertThat(json(gemini).at("/error/message").asText()).contains("token numbers");
    }

    @Test
    void countsTokensWithoutAskingAnybody() throws Exception {
        RawClient.Answer anthropic = post("/v1/messages/count_tokens", chat("claude-haiku-4-5"));
        assertThat(anthropic.status()).as(anthropic.body()).isEqualTo(200);
        assertThat(json(anthropic).at("/input_tokens").asInt()).isPositive();
        RawClient.Answer gemini =
                post("/v1beta/models/fast:countTokens", "{\"contents\":[{\"parts\":[{\"text\":\"Hello\"}]}]}");
        assertThat(json(gemini).at("/totalTokens").asInt()).isPositive();
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void listsModels() throws Exception {
        assertThat(json(client.get("/v1/models").answer()).at("/data/0/id").asText())
                .isEqualTo("fast");
        RawClient.Answer anthropic =
                client.get("/v1/models", "anthropic-version: 2023-06-01").answer();
        assertThat(json(anthropic).at("/data/0/type").asText()).isEqualTo("model");
        assertThat(json(client.get("/v1beta/models").answer())
                        .at("/models/0/name")
                        .asText())
                .isEqualTo("models/fast");
        assertThat(json(client.get("/v1/models", "x-goog-api-key: any").answer())
                        .at("/models/0/name")
                        .asText())
                .isEqualTo("models/fast");
        assertThat(json(client.get("/v1/models/openai/gpt-5-mini").answer())
                        .at("/id")
                        .asText())
                .isEqualTo("openai/gpt-5-mini");
    }

    @Test
    void anAliasMayHaveTheNameThatClientsOfAnotherGatewayUse() throws Exception {
        String alias = "@openai-prod/gpt-4o";
        try (TestGateway other = TestGateway.started("alias." + alias, "openai/gpt-4o");
                RawClient moved = other.client()) {
            RawClient.Answer answer =
                    moved.post("/v1/chat/completions", chat(alias), JSON).answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.header("x-llm-model")).isEqualTo("gpt-4o");
            assertThat(moved.get("/v1/models/" + alias).answer().status()).isEqualTo(200);
            assertThat(moved.post("/v1/chat/completions", chat("@another/gpt-4o"), JSON)
                            .answer()
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void aSlashBehindAPathChangesNothing() throws Exception {
        assertThat(post("/v1/chat/completions/", chat("fast")).status()).isEqualTo(200);
        assertThat(post("/v1/messages/", chat("fast").replace("{\"model\"", "{\"max_tokens\":100,\"model\""))
                        .status())
                .isEqualTo(200);
        assertThat(post("/v1beta/models/fast:generateContent/", "{\"contents\":[{\"parts\":[{\"text\":\"Hello\"}]}]}")
                        .status())
                .isEqualTo(200);
        assertThat(client.get("/v1/models/").answer().status()).isEqualTo(200);
        assertThat(client.get("/health/ready/").answer().status()).isEqualTo(200);
        assertThat(post("/v1/chat/completions//", chat("fast")).status()).isEqualTo(501);
    }

    @Test
    void saysWhetherItIsWell() throws Exception {
        assertThat(client.get("/health/live").answer().body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(client.get("/health/ready").answer().body()).isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void saysWhatItCannotDoYet() throws Exception {
        expectError(post("/v1/responses", "{}"), 501, "not implemented here yet");
        expectError(post("/v1/moderations", "{}"), 501, "not implemented here yet");
        expectError(post("/v1beta/cachedContents", "{}"), 501, "not implemented here yet");
        expectError(post("/v1beta/models/m:predictLongRunning", "{}"), 501, "predictLongRunning");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/evals",
                "/v1/containers/c/files",
                "/v1/videos",
                "/v1/organization/usage",
                "/responses",
                "/v1/chat/completions/chatcmpl-1",
                "/v1/complete",
                "/v1/messages/batches/b",
                "/v1/skills",
                "/v1/cachedContents",
                "/v1alpha/auth_tokens",
                "/upload/v1beta/files"
            })
    void saysThatOtherPathsOfTheApisAreNotImplemented(String path) throws Exception {
        RawClient.Answer answer = client.get(path).answer();
        expectError(answer, 501, "not implemented here yet");
        boolean anthropic = path.matches("/v1/(complete|messages).*");
        boolean gemini = path.matches(".*/v1(alpha|beta|/cached).*");
        assertThat(json(answer).has("type")).isEqualTo(anthropic);
        assertThat(json(answer).at("/error/status").asText()).isEqualTo(gemini ? "UNIMPLEMENTED" : "");
        assertThat(json(client.get(path, "anthropic-version: 2023-06-01").answer())
                        .has("type"))
                .isEqualTo(!gemini);
    }

    @Test
    void knowsNoOtherPathsAndMethods() throws Exception {
        expectError(post("/nothing", "{}"), 404, "no such path");
        expectError(post("/v1/nothing", "{}"), 404, "no such path");
        expectWrongMethod(client.get("/v1/chat/completions").answer(), "POST", "expected POST for this path, got GET");
        expectWrongMethod(client.get("/v1beta/models/fast:generateContent").answer(), "POST", "expected POST");
        expectWrongMethod(post("/v1/models", "{}"), "GET, HEAD", "expected GET");
        expectWrongMethod(post("/health/live", "{}"), "GET, HEAD", "expected GET");
    }

    private void expectWrongMethod(RawClient.Answer answer, String allowed, String words) throws Exception {
        expectError(answer, 405, words);
        assertThat(answer.header("allow")).isEqualTo(allowed);
    }

    @Test
    void refusesBodiesThatAreNoRequests() throws Exception {
        String path = "/v1/chat/completions";
        expectError(post(path, "{\"model\":"), 400, "ends in the middle of its JSON");
        expectError(post(path, "{\"model\" \"x\"}"), 400, "no JSON at offset");
        expectError(post(path, "[]"), 400, "must be a JSON object");
        expectError(post(path, ""), 400, "must be a JSON object");
        expectError(post(path, "\u0000{\u0000}"), 400, "in UTF-8");
        expectError(post(path, chat("fast") + "{}"), 400, "something behind its JSON object");
        expectError(post(path, "{\"messages\":[]}"), 400, "model: expected a string, got nothing");
        expectError(post(path, "{\"model\":\"fast\",\"model\":\"slow\"}"), 400, "'model' twice");
        expectError(post(path, "[".repeat(100_000)), 400, "must be a JSON object");
        expectError(post(path, "{\"a\":" + "[".repeat(100_000)), 400, "nested deeper than 128");
        expectError(
                client.post(path, chat("fast"), "Content-Type: text/plain").answer(),
                415,
                "expected a body of the type application/json");
        expectError(
                client.post(path, chat("fast"), JSON, "Content-Encoding: gzip").answer(),
                415,
                "without a content encoding");
        byte[] latin = "{\"model\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        client.send("POST " + path + " HTTP/1.1\r\nHost: a\r\n" + JSON + "\r\nContent-Length: " + latin.length
                + "\r\n\r\n");
        expectError(client.send(latin).answer(), 400, "no JSON at offset");
        expectError(post(path, "{\"model\":\"fast\"}"), 400, "messages");
    }

    @Test
    void tellsAnthropicsClientsInTheirWords() throws Exception {
        RawClient.Answer answer = post("/v1/messages", "{}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(json(answer).at("/type").asText()).isEqualTo("error");
        assertThat(json(answer).at("/error/type").asText()).isEqualTo("invalid_request_error");
        RawClient.Answer unknown = post("/v1/messages", chat("unknown/model?"));
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(json(unknown).at("/error/type").asText()).isEqualTo("not_found_error");
    }

    @Test
    void tellsGeminisClientsInTheirWords() throws Exception {
        RawClient.Answer answer = post("/v1beta/models/fast:generateContent", "[]");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(json(answer).at("/error/status").asText()).isEqualTo("INVALID_ARGUMENT");
        RawClient.Answer later = post("/v1beta/models/fast:other", "{}");
        assertThat(later.status()).isEqualTo(501);
        assertThat(json(later).at("/error/code").asInt()).isEqualTo(501);
        assertThat(json(later).at("/error/status").asText()).isEqualTo("UNIMPLEMENTED");
    }
}
