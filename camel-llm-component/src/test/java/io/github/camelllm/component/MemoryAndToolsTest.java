package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.wire.Json;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

class MemoryAndToolsTest extends LlmRouteTest {
    private static final String TOOL =
            "[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}}]";
    private static final String CALL = """
            {"id":"c","model":"gpt-5-mini","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant",
             "content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather",
             "arguments":"{\\"city\\":\\"Lyon\\"}"}}]}}],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8}}""";

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                String llm = "llm:openai/" + MODEL + "?conversationMemory=true&systemMessage=Be brief";
                from("direct:chat").to(llm).setBody(constant("And now?")).to(llm);
                from("direct:stream")
                        .to(llm + "&streaming=true")
                        .convertBodyTo(String.class)
                        .setBody(constant("And now?"))
                        .to(llm);
                from("direct:repair").to(llm + "&jsonSchema=RAW({\"type\":\"object\"})");
                from("direct:trim")
                        .to(llm + "&maxHistoryMessages=2")
                        .setBody(constant("two"))
                        .to(llm + "&maxHistoryMessages=2")
                        .setBody(constant("three"))
                        .to(llm + "&maxHistoryMessages=2");
                from("direct:tokens")
                        .to(llm + "&maxHistoryTokens=8")
                        .setBody(constant("two"))
                        .to(llm + "&maxHistoryTokens=8");
                from("direct:tools")
                        .to(llm + "&storeFullResponse=true&tools=RAW(" + TOOL + ")&toolChoice=required")
                        .choice()
                        .when(header(LlmConstants.FINISH_REASON).isEqualTo("tool_calls"))
                        .split(body(), (left, right) -> right)
                        .process(exchange -> {
                            Map<?, ?> call = exchange.getMessage().getBody(Map.class);
                            Map<?, ?> arguments = (Map<?, ?>) call.get("arguments");
                            exchange.getMessage()
                                    .setBody(Map.of(
                                            "role",
                                            "tool",
                                            "tool_call_id",
                                            call.get("id"),
                                            "content",
                                            "sunny in " + arguments.get("city")));
                        })
                        .end()
                        .to(llm + "&tools=RAW(" + TOOL + ")");
            }
        };
    }

    private JsonNode sent(int request) throws Exception {
        return Json.MAPPER.readTree(server.requests().get(request).body()).path("messages");
    }

    @Test
    void conversationIsSentWithTheNextQuestion() throws Exception {
        server.play(answer("Hello"), answer("Still here"));

        template.requestBody("direct:chat", "Hi");

        assertThat(sent(1).findValuesAsText("role")).containsExactly("developer", "user", "assistant", "user");
        assertThat(sent(1).findValuesAsText("content")).containsExactly("Be brief", "Hi", "Hello", "And now?");
    }

    @Test
    void streamedAnswersAreRememberedToo() throws Exception {
        server.play(stream("Hel", "lo").chunk(streamEnd()), answer("Still here"));

        template.requestBody("direct:stream", "Hi");

        assertThat(sent(1).findValuesAsText("content")).containsExactly("Be brief", "Hi", "Hello", "And now?");
    }

    @Test
    void repairsAreNoPartOfTheConversation() {
        server.play(answer("no JSON"), answer("{}"));

        Exchange done = template.request(
                "direct:repair", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(done.getProperty(LlmConstants.CONVERSATION_HISTORY, List.class))
                .extracting(message -> ((ChatMessage) message).text())
                .containsExactly("Hi", "{}");
    }

    @Test
    void oldMessagesGoFirst() throws Exception {
        server.play(answer("1"), answer("2"), answer("3"));

        Exchange done = template.request(
                "direct:trim", exchange -> exchange.getMessage().setBody("one"));

        assertThat(sent(2).findValuesAsText("content")).containsExactly("Be brief", "two", "2", "three");
        assertThat(done.getProperty(LlmConstants.CONVERSATION_HISTORY, List.class))
                .hasSize(2)
                .allMatch(ChatMessage.class::isInstance);
    }

    @Test
    void tokensBoundTheConversation() throws Exception {
        server.play(answer("a long answer that alone has far more than eight tokens in any tokenizer"), answer("2"));

        template.requestBody("direct:tokens", "one");

        assertThat(sent(1).findValuesAsText("content")).containsExactly("Be brief", "two");
    }

    @Test
    void historyIsImmutableSoThatCopiesMayShareIt() {
        server.play(answer("Hello"), answer("x"));

        Exchange done = template.request(
                "direct:chat", exchange -> exchange.getMessage().setBody("Hi"));

        List<?> history = done.getProperty(LlmConstants.CONVERSATION_HISTORY, List.class);
        assertThat(history.getClass().getName()).contains("Immutable");
    }

    @Test
    void routeRunsTheToolsAndSendsTheirResultsBack() throws Exception {
        server.play(Answer.json(200, CALL), answer("It is sunny"));

        Exchange done = template.request(
                "direct:tools", exchange -> exchange.getMessage().setBody("Weather?"));

        assertThat(done.getMessage().getBody()).isEqualTo("It is sunny");
        JsonNode first = Json.MAPPER.readTree(server.requests().get(0).body());
        assertThat(first.at("/tools/0/function/name").asText()).isEqualTo("weather");
        assertThat(first.path("tool_choice").asText()).isEqualTo("required");
        assertThat(sent(1).findValuesAsText("role")).containsExactly("developer", "user", "assistant", "tool");
        assertThat(sent(1).at("/2/tool_calls/0/id").asText()).isEqualTo("call_1");
        assertThat(sent(1).at("/2/tool_calls/0/function/arguments").asText()).isEqualTo("{\"city\":\"Lyon\"}");
        assertThat(sent(1).at("/3/content").asText()).isEqualTo("sunny in Lyon");
        assertThat(done.getProperty(LlmConstants.RESPONSE)).isInstanceOf(ChatResponse.class);
        assertThat(done.getProperty(LlmConstants.TOOL_CALLS)).isNull();
    }
}
