package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.tokens.TokenCount;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.wire.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AnswersTest {
    private static final Tool WEATHER = Tool.Function.of(
            "get_weather",
            "Weather of a city",
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":7}},\"required\":[\"city\",\"days\"]}");
    private static final String SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"category\":{\"type\":\"string\",\"enum\":[\"invoice\",\"complaint\"]},\"summary\":{\"type\":\"string\"}},\"required\":[\"category\",\"summary\"],\"additionalProperties\":false}";

    static Stream<Arguments> ways() {
        return Arrays.stream(SimulatedDialect.values())
                .flatMap(dialect -> Stream.of(Arguments.of(dialect, false), Arguments.of(dialect, true)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void answersTheSameQuestionAlwaysTheSame(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatResponse one = client.answer(client.request("What is new?").build(), stream);
            ChatResponse again = client.answer(client.request("What is new?").build(), stream);
            ChatResponse other = client.answer(client.request("What is old?").build(), stream);
            assertThat(one.text())
                    .hasSizeGreaterThan(100)
                    .isEqualTo(again.text())
                    .isNotEqualTo(other.text());
            assertThat(one.id()).isPresent().isNotEqualTo(again.id());
            assertThat(one.model()).contains("sim-large");
            assertThat(one.finish().map(Finish::reason)).contains(FinishReason.STOP);
        }
    }

    @ParameterizedTest
    @EnumSource(SimulatedDialect.class)
    void streamsTheSameAnswerThatItGivesWhole(SimulatedDialect dialect) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatRequest request = client.request("Tell me.")
                    .reasoning(ReasoningOptions.ofBudget(1_024))
                    .maxOutputTokens(3_000)
                    .build();
            ChatResponse whole = client.answer(request, false);
            ChatResponse streamed = client.answer(request, true);
            // Anthropic's signatures differ from answer to answer, as ids do.
            assertThat(streamed.text()).isEqualTo(whole.text());
            assertThat(streamed.choices().get(0).message().reasoningText())
                    .isEqualTo(whole.choices().get(0).message().reasoningText());
            assertThat(streamed.choices().get(0).message().content())
                    .hasSameSizeAs(whole.choices().get(0).message().content());
            assertThat(streamed.finish()).isEqualTo(whole.finish());
            assertThat(streamed.usage()).isEqualTo(whole.usage());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void countsRealTokensAndBillsThem(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator = Simulator.builder()
                .responder(Responders.always(ScriptedAnswer.text("hello world, hello moon")))
                .build()
                .start()) {
            WireClient client = new WireClient(simulator, dialect);
            Usage usage = client.answer(client.request("The quick brown fox").build(), stream)
                    .usage()
                    .orElseThrow();
            // 3 for the answer's start, 3 + 1 for the message and its role, 4 words
            assertThat(usage.inputTokens()).hasValue(11);
            assertThat(usage.outputTokens()).hasValue(5);
            assertThat(simulator.bills()).containsOnlyKeys("sim-large").containsValue(new Bill(1, 11, 0, 5));
        }
    }

    @Test
    void countsPromptsAsTheModelsTokenizerDoesWhereItIsKnown() {
        String text = "Grüße, 東京! Antidisestablishmentarianism is 28 letters long.";
        for (String model : new String[] {"gpt-4o", "gpt-4", "sim-large"}) {
            ChatRequest request = ChatRequest.builder(model)
                    .message(ChatMessage.User.of(text))
                    .build();
            TokenCount known = TokenCounter.create().count(request);
            long expected = known.exact() ? known.tokens() : 7 + TokenCounts.count(text);
            assertThat(known.exact()).isEqualTo(model.startsWith("gpt"));
            assertThat(TokenCounts.input(request)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void repeatsTheLastUserMessage(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator =
                Simulator.builder().responder(Responders.echo()).build().start()) {
            WireClient client = new WireClient(simulator, dialect);
            String text = "Grüße aus 東京 🎉 — line one\nline two";
            ChatRequest request = client.request("first")
                    .message(ChatMessage.Assistant.of("yes"))
                    .message(ChatMessage.User.of(text))
                    .build();
            assertThat(client.answer(request, stream).text()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void conformsToTheSchemaAskedFor(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatRequest request = client.request("I want to complain. The second delivery arrived broken again.")
                    .responseFormat(ResponseFormat.JsonSchema.of("mail", SCHEMA))
                    .build();
            JsonNode json = Json.MAPPER.readTree(client.answer(request, stream).text());
            assertThat(json.get("category").asText()).isEqualTo("complaint");
            assertThat(json.get("summary").asText()).isNotBlank();
            assertThat(json).hasSize(2);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void callsToolsWhenToldToAndQuotesTheirResults(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatRequest request = client.request("Please call tool get_weather for Oslo.")
                    .tools(List.of(WEATHER))
                    .build();
            ChatResponse asked = client.answer(request, stream);
            ContentPart.ToolCall call =
                    asked.choices().get(0).message().toolCalls().get(0);
            assertThat(call.name()).isEqualTo("get_weather");
            JsonNode arguments = Json.MAPPER.readTree(call.argumentsJson());
            assertThat(arguments.get("city").asText()).isEqualTo("Oslo");
            assertThat(arguments.get("days").asInt()).isBetween(1, 7);
            assertThat(asked.finish().map(Finish::reason)).contains(FinishReason.TOOL_CALLS);

            ChatRequest second = request.toBuilder()
                    .message(asked.choices().get(0).message())
                    .message(new ChatMessage.Tool(
                            call.id(),
                            Optional.of("get_weather"),
                            List.of(ContentPart.Text.of("4 degrees and rain")),
                            false))
                    .build();
            ChatResponse answered = client.answer(second, stream);
            assertThat(answered.text()).contains("4 degrees and rain");
            assertThat(answered.finish().map(Finish::reason)).contains(FinishReason.STOP);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void callsAToolIfTheChoiceDemandsIt(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatRequest request = client.request("Hello")
                    .tools(List.of(WEATHER, Tool.Function.of("other", "Another", "{\"type\":\"object\"}")))
                    .toolChoice(new ToolChoice.Function("get_weather"))
                    .build();
            ChatResponse answer = client.answer(request, stream);
            assertThat(answer.choices().get(0).message().toolCalls())
                    .extracting(ContentPart.ToolCall::name)
                    .containsExactly("get_weather");
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void endsAtTheOutputLimit(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatRequest request =
                    client.request("Go on, 200 words.").maxOutputTokens(12).build();
            ChatResponse answer = client.answer(request, stream);
            assertThat(answer.finish().map(Finish::reason)).contains(FinishReason.LENGTH);
            assertThat(answer.usage().orElseThrow().outputTokens()).hasValue(12);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void endsAtAStopString(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator =
                Simulator.builder().responder(Responders.echo()).build().start()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatRequest request =
                    client.request("one two STOP three").stop(List.of("STOP")).build();
            ChatResponse answer = client.answer(request, stream);
            assertThat(answer.text()).isEqualTo("one two ");
            assertThat(answer.finish().map(Finish::reason)).contains(FinishReason.STOP);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void thinksFirstIfAsked(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatRequest request = client.request("Why?")
                    .reasoning(new ReasoningOptions(Optional.empty(), OptionalInt.of(1_024), Optional.of(true)))
                    .maxOutputTokens(4_000)
                    .build();
            ChatResponse answer = client.answer(request, stream);
            if (dialect != SimulatedDialect.OPENAI) {
                assertThat(answer.choices().get(0).message().reasoningText()).contains("I look at the question");
            }
            assertThat(answer.text()).doesNotContain("I look at the question").isNotBlank();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void namesTheMediaThatItWasShown(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatRequest request = ChatRequest.builder("sim-large")
                    .maxOutputTokens(500)
                    .message(ChatMessage.User.of(List.of(
                            ContentPart.Text.of("What is this?"),
                            ContentPart.Media.of("image/png", new byte[] {1, 2, 3}, Optional.empty()))))
                    .build();
            assertThat(client.answer(request, stream).text()).startsWith("I see the image (image/png). ");
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void playsScriptedAnswersInTurnAndByRule(SimulatedDialect dialect, boolean stream) throws Exception {
        Responder rules = Responders.rules()
                .contains("secret", ScriptedAnswer.of(List.of(new ContentPart.Refusal("I must not say."))))
                .model("gpt-*", ScriptedAnswer.text("from a glob"))
                .when(request -> true, 1, Responders.always(ScriptedAnswer.text("only once")))
                .otherwise(Responders.scripted(
                        List.of(
                                ScriptedAnswer.text("first"),
                                ScriptedAnswer.text("cut").withFinish(FinishReason.LENGTH)),
                        Responders.echo()));
        try (Simulator simulator = Simulator.builder().responder(rules).build().start()) {
            WireClient client = new WireClient(simulator, dialect);
            assertThat(client.answer(client.request("a").build(), stream).text())
                    .isEqualTo("only once");
            assertThat(client.answer(client.request("a").build(), stream).text())
                    .isEqualTo("first");
            ChatResponse cut = client.answer(client.request("a").build(), stream);
            assertThat(cut.text()).isEqualTo("cut");
            assertThat(cut.finish().map(Finish::reason)).contains(FinishReason.LENGTH);
            assertThat(client.answer(client.request("a").build(), stream).text())
                    .isEqualTo("a");
            WireClient gpt = new WireClient(simulator, dialect, "gpt-x");
            assertThat(gpt.answer(gpt.request("a").build(), stream).text()).isEqualTo("from a glob");
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void reportsAndBillsScriptedUsage(SimulatedDialect dialect, boolean stream) throws Exception {
        ScriptedAnswer answer = ScriptedAnswer.text("x").withUsage(Usage.of(1_000_000, 7));
        try (Simulator simulator =
                Simulator.builder().responder(Responders.always(answer)).build().start()) {
            WireClient client = new WireClient(simulator, dialect);
            Usage usage =
                    client.answer(client.request("a").build(), stream).usage().orElseThrow();
            assertThat(usage.inputTokens()).hasValue(1_000_000);
            assertThat(simulator.bill()).isEqualTo(new Bill(1, 1_000_000, 0, 7));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void reportsPromptBeginningsSeenBeforeAsCached(SimulatedDialect dialect, boolean stream) throws Exception {
        try (Simulator simulator = Simulator.builder().promptCache(true).build().start()) {
            WireClient client = new WireClient(simulator, dialect);
            String longPrompt = "a long prompt ".repeat(500);
            Usage first = client.answer(client.request(longPrompt + "one").build(), stream)
                    .usage()
                    .orElseThrow();
            Usage second = client.answer(client.request(longPrompt + "two").build(), stream)
                    .usage()
                    .orElseThrow();
            assertThat(first.cacheReadInputTokens().orElse(0)).isZero();
            assertThat(second.cacheReadInputTokens().orElse(0)).isBetween(1_024L, 1_500L);
            assertThat(second.cacheReadInputTokens().orElse(0) % 128).isZero();
            assertThat(second.inputTokens()).isEqualTo(first.inputTokens());
            assertThat(simulator.bill().cachedInputTokens())
                    .isEqualTo(second.cacheReadInputTokens().orElse(0));
        }
    }

    @Test
    void writesAsManyWordsAsThePromptAsksFor() {
        ChatRequest request = ChatRequest.builder("m")
                .message(ChatMessage.User.of("Write 120 words."))
                .build();
        ScriptedAnswer answer = Responders.deterministic().answer(request);
        String text = ((ContentPart.Text) answer.choices().get(0).get(0)).text();
        assertThat(text.split("\\s+")).hasSize(120);
        assertThat(text).endsWith(".");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void givesSeveralChoicesWhereTheDialectHasThem(SimulatedDialect dialect, boolean stream) throws Exception {
        assumeFalse(dialect == SimulatedDialect.ANTHROPIC, "the Messages API has one choice only");
        try (Simulator simulator = Simulator.started()) {
            WireClient client = new WireClient(simulator, dialect);
            ChatResponse answer = client.answer(client.request("Hi").n(2).build(), stream);
            assertThat(answer.choices()).hasSize(2);
            assertThat(answer.choices().get(0).message())
                    .isNotEqualTo(answer.choices().get(1).message());
        }
    }
}
