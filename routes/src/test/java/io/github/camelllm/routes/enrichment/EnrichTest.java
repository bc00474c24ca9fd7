package io.github.camelllm.routes.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnrichTest {
    private static final String SCHEMA = "jsonSchema=resource:classpath:schemas/mood.schema.json&maxTokens=100";

    private final Simulator simulator = Simulator.builder()
            .responder(Responders.rules()
                    .contains("chairs", ScriptedAnswer.text("furniture"))
                    .contains("angry", ScriptedAnswer.text("{\"mood\":\"angry\",\"id\":99}"))
                    .build())
            .build()
            .start();
    private final SimulatedContext context = new SimulatedContext(simulator);

    @AfterEach
    void close() {
        context.stop();
        simulator.close();
    }

    private void start(Dsl dsl, Map<String, Object> parameters) throws Exception {
        dsl.load(context, "llm-enrich", new EnrichTemplate());
        TemplatedRouteBuilder route = TemplatedRouteBuilder.builder(context, "llm-enrich")
                .parameter("from", "direct:in")
                .parameter("model", "openai/gpt-5-mini");
        parameters.forEach(route::parameter);
        route.add();
        context.start();
    }

    private Exchange send(Object body) {
        return context.createFluentProducerTemplate()
                .to("direct:in")
                .withBody(body)
                .withHeader("kept", "yes")
                .send();
    }

    private static Object result(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void appendsTheAnswerToAMapAsAField(Dsl dsl) throws Exception {
        start(dsl, Map.of("prompt", "Category of ${body[text]}?", "target", "category"));

        Exchange exchange = send(Map.of("text", "12 chairs & a table, 100% oak + linseed oil"));

        assertThat(result(exchange))
                .isEqualTo(Map.of("text", "12 chairs & a table, 100% oak + linseed oil", "category", "furniture"));
        assertThat(exchange.getMessage().getHeader("CamelLlmCost")).isInstanceOf(BigDecimal.class);
        assertThat(exchange.getMessage().getHeader("kept")).isEqualTo("yes");
        assertThat(simulator.requests().get(0).chat().orElseThrow().messages().toString())
                .isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void appendsTheAnswerToJsonTextAndKeepsItsNumbers(Dsl dsl) throws Exception {
        start(dsl, Map.of("prompt", "Category of ${body}?", "target", "category"));

        assertThat(result(send("{\"text\":\"chairs\",\"price\":10.10,\"id\":12345678901234567890}")))
                .isEqualTo(
                        "{\"text\":\"chairs\",\"price\":10.10,\"id\":12345678901234567890,\"category\":\"furniture\"}");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void attachesTheAnswerAsAHeaderToABodyOfAnyKind(Dsl dsl) throws Exception {
        start(dsl, Map.of("prompt", "What about ${body}?", "strategy", "AttachHeader", "target", "Category"));
        Object body = List.of("chairs", 2);

        Exchange exchange = send(body);

        assertThat(result(exchange)).isSameAs(body);
        assertThat(exchange.getMessage().getHeader("Category")).isEqualTo("furniture");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void mergesAJsonAnswerAndKeepsTheRecordsOwnValues(Dsl dsl) throws Exception {
        start(dsl, merge("keep"));

        assertThat(result(send(Map.of("id", 7, "text", "I am angry"))))
                .isEqualTo(Map.of("id", 7, "text", "I am angry", "mood", "angry"));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void mergesAJsonAnswerOverTheRecordIfTold(Dsl dsl) throws Exception {
        start(dsl, merge("overwrite"));
        JsonNode record = new ObjectMapper().readTree("{\"id\":7,\"text\":\"angry\"}");

        assertThat(result(send(record)))
                .isEqualTo(new ObjectMapper().readTree("{\"id\":99,\"text\":\"angry\",\"mood\":\"angry\"}"));
        assertThat(record.get("id").asInt()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void refusesAClashIfToldAndLeavesTheRecordAlone(Dsl dsl) throws Exception {
        start(dsl, merge("fail"));
        Object record = Map.of("id", 7, "text", "angry");

        Exchange exchange = send(record);

        assertThat(exchange.getException())
                .rootCause()
                .hasMessageContaining("got another value for id")
                .hasMessageNotContaining("99");
        assertThat(exchange.getMessage().getBody()).isSameAs(record);
        assertThat(send(Map.of("id", "99", "text", "angry")).getException()).isNull();
    }

    private static Map<String, Object> merge(String clash) {
        return Map.of("prompt", "Mood of: ${body}", "options", SCHEMA, "strategy", "MergeJson", "target", clash);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void keepsTheRecordWhenTheProviderFails(Dsl dsl) throws Exception {
        start(dsl, Map.of("prompt", "Category of ${body[text]}?"));
        simulator.failNext(Fault.status(503));
        Object record = Map.of("text", "chairs");

        Exchange exchange = send(record);

        assertThat(exchange.getException()).isInstanceOf(LlmUnavailableException.class);
        assertThat(exchange.getMessage().getBody()).isSameAs(record);
        assertThat(exchange.getMessage().getHeader("kept")).isEqualTo("yes");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void refusesABodyThatIsNoRecordWithoutQuotingIt(Dsl dsl) throws Exception {
        start(dsl, Map.of("prompt", "Category of ${body}?"));

        assertThat(send("secret chairs").getException())
                .hasRootCauseMessage(
                        "AppendField: expected a JSON object in the body, got text that is none at offset 6")
                .hasMessageNotContaining("secret");
        assertThat(send("[\"chairs\"]").getException()).hasMessageContaining("expected a JSON object in the body");
        assertThat(send("{\"a\":1} chairs").getException()).hasMessageContaining("expected a JSON object in the body");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void appendsToAStream(Dsl dsl) throws Exception {
        start(dsl, Map.of("prompt", "Category of chairs", "target", "category"));

        assertThat(result(send(new ByteArrayInputStream("{\"a\":1}".getBytes(StandardCharsets.UTF_8)))))
                .isEqualTo("{\"a\":1,\"category\":\"furniture\"}");
    }

    @Test
    void refusesAnUnknownRuleForClashes() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new MergeJson("rename")))
                .hasMessage("MergeJson: expected keep, overwrite or fail, got rename");
    }

    @Test
    void isOneStepAsAKamelet() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("kamelet:llm-enrich-action?model=openai/gpt-5-mini&target=category"
                                + "&prompt=RAW(Category of ${body[text]}?)");
            }
        });
        context.start();

        assertThat(result(send(Map.of("text", "chairs")))).isEqualTo(Map.of("text", "chairs", "category", "furniture"));
    }
}
