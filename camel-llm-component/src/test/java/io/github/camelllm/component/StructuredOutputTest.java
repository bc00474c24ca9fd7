package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.wire.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StructuredOutputTest extends LlmRouteTest {
    /** What an answer becomes. */
    public record City(
            String name,
            int inhabitants,
            List<String> rivers,
            @Nullable String mayor) {}

    private static final String SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}";
    private static final String LYON = "{\"name\":\"Lyon\",\"inhabitants\":520000,\"rivers\":[\"Rhône\"]}";

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                String llm = "llm:openai/" + MODEL;
                from("direct:class").to(llm + "?outputClass=" + City.class.getName());
                from("direct:schema").to(llm + "?jsonSchema=RAW(" + SCHEMA + ")");
                from("direct:resource")
                        .to(llm + "?jsonSchema=resource:classpath:component/city.schema.json&strictSchema=true");
                from("direct:instruct")
                        .to(llm + "?schemaMode=instruct&systemMessage=Be brief&jsonSchema=RAW(" + SCHEMA + ")");
                from("direct:stubborn").to(llm + "?maxRepairs=2&jsonSchema=RAW(" + SCHEMA + ")");
            }
        };
    }

    private Exchange ask(String uri) {
        return template.request(uri, exchange -> exchange.getMessage().setBody("Which city?"));
    }

    private JsonNode sent() throws Exception {
        return Json.MAPPER.readTree(server.takeRequest().body());
    }

    @Test
    void answerBecomesAnObjectOfTheClass() throws Exception {
        server.play(answer(LYON));

        Exchange done = ask("direct:class");

        if (done.getException() != null) throw done.getException();
        assertThat(done.getMessage().getBody()).isEqualTo(new City("Lyon", 520000, List.of("Rhône"), null));
        JsonNode schema = sent().at("/response_format/json_schema/schema");
        assertThat(schema.at("/properties/rivers/type").asText()).isEqualTo("array");
        assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(schema.path("required").toString())
                .contains("name", "inhabitants", "rivers")
                .doesNotContain("mayor");
    }

    @Test
    void schemaAloneGivesValidatedJsonText() throws Exception {
        server.play(answer(LYON));

        assertThat(ask("direct:schema").getMessage().getBody()).isEqualTo(LYON);
        assertThat(sent().at("/response_format/type").asText()).isEqualTo("json_schema");
    }

    @Test
    void schemaComesFromAResource() throws Exception {
        server.play(answer(LYON));

        assertThat(ask("direct:resource").getException()).isNull();
        assertThat(sent().at("/response_format/json_schema/strict").asBoolean()).isTrue();
    }

    @Test
    void modelWithoutSchemasIsInstructed() throws Exception {
        server.play(answer("```json\n" + LYON + "\n```"));

        assertThat(ask("direct:instruct").getMessage().getBody()).isEqualTo(LYON);
        JsonNode sent = sent();
        assertThat(sent.has("response_format")).isFalse();
        assertThat(sent.at("/messages/0/content").asText())
                .startsWith("Be brief\n\n")
                .contains("\"required\":[\"name\"]");
    }

    @Test
    void asksAgainForAnAnswerThatDoesNotConform() throws Exception {
        server.play(answer("{\"town\":\"Lyon\"}"));
        server.play(answer(LYON));

        Exchange done = ask("direct:schema");

        assertThat(done.getMessage().getBody()).isEqualTo(LYON);
        assertThat(done.getMessage().getHeader(LlmConstants.REPAIRS)).isEqualTo(1);
        // Both attempts were paid.
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(2000L);
        assertThat(done.getMessage().getHeader(LlmConstants.COST, BigDecimal.class))
                .isEqualByComparingTo("0.0025");
        assertThat(records).hasSize(2);
        sent();
        JsonNode repair = sent();
        assertThat(repair.path("messages")).hasSize(3);
        assertThat(repair.at("/messages/1/content").asText()).isEqualTo("{\"town\":\"Lyon\"}");
        assertThat(repair.at("/messages/2/content").asText()).contains("required");
    }

    @Test
    void givesUpAfterMaxRepairsWithoutQuotingTheAnswer() {
        server.otherwise(answer("no JSON but a canary"));

        Exchange failed = ask("direct:stubborn");

        assertThat(failed.getException())
                .isInstanceOf(LlmMalformedResponseException.class)
                .hasMessageContaining("after 2 repairs")
                .hasMessageNotContaining("canary");
        assertThat(failed.getMessage().getBody()).isEqualTo("Which city?");
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void doesNotAskAgainForWhatTheOutputLimitCut() {
        server.play(Answer.json(200, answerJson("{\"name\":\"Ly").replace("\"stop\"", "\"length\"")));

        assertThat(ask("direct:schema").getException()).hasMessageContaining("maxTokens");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void refusalIsNoAnswer() {
        server.play(Answer.json(
                200,
                answerJson("").replace("\"content\":\"\"", "\"content\":null,\"refusal\":\"I would rather not\"")));

        assertThat(ask("direct:schema").getException()).isInstanceOf(LlmContentFilteredException.class);
    }

    @Test
    void headerBringsASchemaForOneCall() {
        server.play(answer("{\"name\":7}"), answer(LYON));

        Exchange done = template.request("direct:schema", exchange -> {
            exchange.getMessage().setBody("Which city?");
            exchange.getMessage().setHeader(LlmConstants.OUTPUT_CLASS, City.class.getName());
        });

        assertThat(done.getMessage().getBody()).isInstanceOf(City.class);
        assertThat(done.getMessage().getHeaders()).containsAllEntriesOf(Map.of(LlmConstants.REPAIRS, 1));
    }
}
