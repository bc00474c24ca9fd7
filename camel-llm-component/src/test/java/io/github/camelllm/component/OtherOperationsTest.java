package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.RecordedRequest;
import io.github.camelllm.wire.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRepository;
import org.junit.jupiter.api.Test;

class OtherOperationsTest extends LlmRouteTest {
    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:embed").to("llm:openai/text-embedding-3-small?operation=embeddings&dimensions=2");
                from("direct:noEmbeddings").to("llm:anthropic/claude-haiku-4-5?operation=embeddings");
                from("direct:models").to("llm:openai?operation=models");
                from("direct:chat").to("llm:openai/" + MODEL);
            }
        };
    }

    /** Each text becomes a vector of its length and 1; all of them have 10 tokens. */
    static Answer vectors(RecordedRequest request) {
        return Answer.json(200, vectorsJson(request));
    }

    static String vectorsJson(RecordedRequest request) {
        try {
            JsonNode sent = Json.MAPPER.readTree(request.body());
            String data = IntStream.range(0, sent.path("input").size())
                    .mapToObj(i -> "{\"object\":\"embedding\",\"index\":" + i + ",\"embedding\":\""
                            + base64(sent.path("input").path(i).asText().length(), 1) + "\"}")
                    .collect(Collectors.joining(","));
            return "{\"object\":\"list\",\"model\":\"text-embedding-3-small\",\"data\":[" + data
                    + "],\"usage\":{\"prompt_tokens\":10,\"total_tokens\":10}}";
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String base64(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    @Test
    void oneTextBecomesOneVector() throws Exception {
        server.otherwise(OtherOperationsTest::vectors);

        Exchange done = template.request(
                "direct:embed", exchange -> exchange.getMessage().setBody("four"));

        assertThat(done.getMessage().getBody()).isEqualTo(List.of(4f, 1f));
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(10L);
        assertThat(done.getMessage().getHeaders()).containsKey(LlmConstants.COST);
        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.path("dimensions").asInt()).isEqualTo(2);
        CallRecord record = takeRecord();
        assertThat(record.operation()).isEqualTo(Operation.EMBEDDINGS);
        assertThat(record.tags()).containsKeys("routeId", "exchangeId");
    }

    @Test
    void manyTextsGoOutInTheProvidersBatches() throws Exception {
        server.otherwise(OtherOperationsTest::vectors);
        List<String> texts =
                IntStream.range(0, 2050).mapToObj(i -> "x".repeat(1 + i % 7)).toList();

        Exchange done = template.request(
                "direct:embed", exchange -> exchange.getMessage().setBody(texts));

        List<?> vectors = done.getMessage().getBody(List.class);
        assertThat(vectors).hasSize(2050);
        assertThat(vectors.get(2049)).isEqualTo(List.of((float) texts.get(2049).length(), 1f));
        assertThat(server.requests()).hasSize(2);
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(20L);
        assertThat(records).hasSize(2).extracting(CallRecord::id).doesNotHaveDuplicates();
    }

    @Test
    void dialectWithoutEmbeddingsSaysSoBeforeAnythingIsSent() {
        Exchange failed = template.request(
                "direct:noEmbeddings", exchange -> exchange.getMessage().setBody("x"));

        assertThat(failed.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("anthropic/claude-haiku-4-5 has no operation 'embeddings'");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void modelsAreListedAsMaps() {
        server.play(Answer.json(
                200,
                "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-5\",\"object\":\"model\",\"created\":1754425777,"
                        + "\"owned_by\":\"system\"},{\"id\":\"gpt-5-mini\",\"object\":\"model\"}]}"));

        Object body = template.requestBody("direct:models", (Object) null);

        assertThat(body)
                .isEqualTo(List.of(
                        Map.of("id", "gpt-5", "ownedBy", "system", "created", "2025-08-05T20:29:37Z"),
                        Map.of("id", "gpt-5-mini")));
        assertThat(server.takeRequest().path()).isEqualTo("/v1/models");
    }

    @Test
    void headerPicksTheOperation() {
        server.otherwise(OtherOperationsTest::vectors);

        Object body = template.requestBodyAndHeader("direct:chat", "four", LlmConstants.OPERATION, "embeddings");

        assertThat(body).isEqualTo(List.of(4f, 1f));
    }

    @Test
    void unknownOperationIsRefusedWithThoseThereAre() {
        Exchange failed = template.request("direct:chat", exchange -> {
            exchange.getMessage().setBody("x");
            exchange.getMessage().setHeader(LlmConstants.OPERATION, "sing");
        });

        assertThat(failed.getException()).hasMessageContaining("[chat, embeddings, models]");
    }

    @Test
    void healthCheckAsksForTheModelsAndSpendsNoTokens() {
        HealthCheckRepository producers = HealthCheckHelper.getHealthCheckRepository(context, "producers");
        producers.setEnabled(true);
        HealthCheck check = producers.stream()
                .filter(candidate -> candidate.getId().startsWith("producer:llm:openai/" + MODEL))
                .findFirst()
                .orElseThrow();
        server.play(Answer.json(200, "{\"object\":\"list\",\"data\":[]}"));
        server.play(error(401, "invalid_request_error", "invalid_api_key"));

        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(server.requests()).extracting(RecordedRequest::path).containsOnly("/v1/models");
    }
}
