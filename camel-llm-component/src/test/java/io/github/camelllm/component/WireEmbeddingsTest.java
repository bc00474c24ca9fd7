package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Embeddings for clients in a wire format: passed on or translated, counted and bounded. */
class WireEmbeddingsTest extends WireRouteTest {
    private static final Map<String, Object> OPENAI_FORMAT = Map.of(LlmConstants.WIRE_FORMAT, "openai-chat");

    @Override
    Map<String, String> properties() {
        return SMALL_BUDGET;
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:embeddings")
                        .to("llm:openai/text-embedding-3-small?operation=embeddings&wireFormat=gemini");
                from("direct:gemini-embeddings").to("llm:gemini/gemini-embedding-001?operation=embeddings");
            }
        };
    }

    @Test
    void answersWithEmbeddingsInTheClientsForm() throws Exception {
        server.play(Answer.json(200, """
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1]}],
                 "model":"text-embedding-3-small","usage":{"prompt_tokens":3,"total_tokens":3}}"""));

        Exchange done = ask(
                "direct:embeddings",
                "{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}",
                Map.of(Exchange.HTTP_PATH, "/v1beta/models/any:embedContent"));

        assertThat(Json.MAPPER.readTree(body(done)).at("/embedding/values"))
                .isEqualTo(Json.MAPPER.readTree("[0.5,-1.0]"));
        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.get("model").asText()).isEqualTo("text-embedding-3-small");
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Hi\"", "[\"Hi\", \"there\"]", "[9906, 1070]", "[[9906], [1070, 11]]"})
    void passesEmbeddingsOnAsTheyAre(String input) {
        String answer = "{\"object\": \"list\", \"data\": [{\"index\":0,\"embedding\":\"AAAAPw==\",\"more\":1}],"
                + "\"model\":\"text-embedding-3-small\",\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2},\"new\":{}}";
        server.play(Answer.json(200, answer));
        String request =
                "{\"new_member\": [1],  \"input\": " + input + ", \"model\":\"%s\", \"encoding_format\":\"base64\"}";

        Exchange done = ask("direct:embeddings", request.formatted("any"), OPENAI_FORMAT);

        assertThat(body(done)).isEqualTo(answer);
        assertThat(new String(server.takeRequest().body(), StandardCharsets.UTF_8))
                .isEqualTo(request.formatted("text-embedding-3-small"));
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(2L);
        assertThat(done.getMessage().getHeader(LlmConstants.COST, BigDecimal.class))
                .isEqualByComparingTo("0.00000004");
    }

    @Test
    void countsTokensOfEmbeddingsWhoseUsageIsNotReported() {
        server.play(Answer.json(200, "{\"data\":[{\"index\":0,\"embedding\":[0.5]}]}"));

        Exchange done = ask("direct:embeddings", "{\"model\":\"a\",\"input\":[[1,2],[3]]}", OPENAI_FORMAT);

        assertThat(body(done)).contains("0.5");
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "[1,\"a\"]", "[\"a\",[1]]", "[[1],[\"a\"]]", "[{}]", "null"})
    void refusesEmbeddingsOfWhatIsNeitherTextNorTokens(String input) {
        Exchange done = ask("direct:embeddings", "{\"model\":\"a\",\"input\":" + input + "}", OPENAI_FORMAT);

        assertThat(done.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("input: expected a text");
    }

    @Test
    void boundsTokensByABudget() {
        String many = "1,".repeat(60_000) + "1";
        Exchange done = ask(
                "direct:embeddings",
                "{\"model\":\"a\",\"input\":[" + many + "]}",
                Map.of(LlmConstants.WIRE_FORMAT, "openai-chat", "CamelLlmTag.feature", "small"));

        assertThat(done.getException()).isInstanceOf(LlmBudgetExceededException.class);
    }

    @Test
    void refusesTokensForProvidersOfAnotherApi() {
        Exchange done = ask("direct:gemini-embeddings", "{\"model\":\"a\",\"input\":[1,2]}", OPENAI_FORMAT);

        assertThat(done.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("expected texts, since gemini is not told token numbers");
    }

    @Test
    void saysWhichFormatsHaveNoEmbeddings() {
        Exchange done = ask("direct:embeddings", "{}", Map.of(LlmConstants.WIRE_FORMAT, "anthropic"));

        assertThat(done.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("wireFormat anthropic has no embeddings");
    }
}
