package io.github.camelllm.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCounterTest {
    private static final TokenCounter COUNTER = TokenCounter.create();

    @ParameterizedTest
    @CsvSource({
        // Counts that tiktoken's own tests and documentation give.
        "gpt-4o,                      'hello world',               2, o200k_base",
        "gpt-4,                       'hello world',               2, cl100k_base",
        "gpt-4,                       'tiktoken is great!',        6, cl100k_base",
        "gpt-4o,                      'tiktoken is great!',        6, o200k_base",
        "gpt-3.5-turbo,               'antidisestablishmentarianism', 6, cl100k_base",
        "gpt-4,                       '2 + 2 = 4',                 7, cl100k_base",
        "gpt-4,                       'お誕生日おめでとう',          9, cl100k_base",
        "gpt-4o,                      'お誕生日おめでとう',          8, o200k_base",
        "text-embedding-3-small,      'rer',                       1, cl100k_base",
        "ft:gpt-4o-mini-2024-07-18:acme::a1, 'hello world',        2, o200k_base",
        "openai/gpt-4o,               '',                          0, o200k_base",
    })
    void countsTextsOfOpenAiModelsExactly(String model, String text, long tokens, String encoding) {
        assertThat(COUNTER.count(model, text)).isEqualTo(TokenCount.exact(tokens, encoding));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<|endoftext|>",
                "a<|im_start|>b<|endofprompt|>",
                "\uD83D",
                "\uDC00\uD83D",
                "x\uD83D",
                "\0",
                "\uFFFE",
                "\u202E\u200D",
                "👩‍👩‍👧‍👦",
                "\r\n\t ",
                "ﷺ",
                "𝔘𝔫𝔦𝔠𝔬𝔡𝔢"
            })
    void countsOddTextsAsOrdinaryText(String text) {
        for (String model : List.of("gpt-4o", "gpt-4", "claude-sonnet-4-5", "gemini-2.5-pro", "", "?")) {
            assertThat(COUNTER.count(model, text).tokens()).as(model).isPositive();
            assertThat(COUNTER.countMessage(model, ChatMessage.User.of(text)).tokens())
                    .isGreaterThan(COUNTER.count(model, text).tokens());
        }
        assertThat(COUNTER.count("gpt-4o", "<|endoftext|>").tokens()).isGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-4-8,   estimate:claude",
        "gemini-2.5-flash,  estimate:gemini",
        "llama-3.3-70b,     estimate:llama",
        "mistral-large,     estimate:mistral",
        "qwen3-32b,         estimate:qwen",
        "deepseek-chat,     estimate:deepseek",
        "grok-4,            estimate:other",
        "gpt-6,             estimate:o200k_base",
        "someone/gpt-4o,    estimate:o200k_base",
    })
    void saysThatOthersAreEstimates(String model, String method) {
        TokenCount count = COUNTER.count(model, "hello world");
        assertThat(count.exact()).isFalse();
        assertThat(count.method()).isEqualTo(method);
        assertThat(count.tokens()).isBetween(2L, 6L);
    }

    /** Messages and counts of OpenAI's cookbook, "How to count tokens with tiktoken" (MIT). */
    @ParameterizedTest
    @CsvSource({
        "gpt-3.5-turbo-0301, 127",
        "gpt-3.5-turbo,      129",
        "gpt-4-0613,         129",
        "gpt-4,              129",
        "gpt-4o,             124",
        "gpt-4o-mini,        124"
    })
    void countsPlainChatAsTheCookbookDoes(String model, long tokens) {
        List<ChatMessage> messages = List.of(
                ChatMessage.System.of(
                        "You are a helpful, pattern-following assistant that translates corporate jargon into plain English."),
                named("New synergies will help drive top-line growth.", "example_user"),
                named("Things working well together will increase revenue.", "example_assistant"),
                named(
                        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
                        "example_user"),
                named("Let's talk later when we're less busy about how to do better.", "example_assistant"),
                ChatMessage.User.of(
                        "This late pivot means we don't have time to boil the ocean for the client deliverable."));
        TokenCount count =
                COUNTER.count(ChatRequest.builder(model).messages(messages).build());
        assertThat(count.tokens()).isEqualTo(tokens);
        assertThat(count.exact()).isTrue();
        assertThat(COUNTER.countMessages(model, messages)).isEqualTo(count);
    }

    private static ChatMessage named(String text, String name) {
        return new ChatMessage.System(List.of(ContentPart.Text.of(text)), Optional.of(name));
    }

    /** The cookbook's example of a function, and the usage that it saw. */
    @ParameterizedTest
    @CsvSource({"gpt-4, 105", "gpt-4o, 101", "gpt-4o-mini, 101"})
    void countsFunctionsAsTheCookbookDoes(String model, long tokens) {
        ChatRequest request = weather(ChatRequest.builder(model)).build();
        TokenCount count = COUNTER.count(request);
        assertThat(count.tokens()).isEqualTo(tokens);
        assertThat(count.exact()).isFalse();
        assertThat(count.method()).startsWith("estimate:");
    }

    private static ChatRequest.Builder weather(ChatRequest.Builder request) {
        return request.message(ChatMessage.System.of(
                        "You are a helpful assistant that can answer to questions about the weather."))
                .message(ChatMessage.User.of("What's the weather like in San Francisco?"))
                .tools(List.of(Tool.Function.of(
                        "get_current_weather",
                        "Get the current weather in a given location",
                        "{\"type\":\"object\",\"properties\":{\"location\":{\"type\":\"string\",\"description\":"
                                + "\"The city and state, e.g. San Francisco, CA\"},\"unit\":{\"type\":\"string\","
                                + "\"description\":\"The unit of temperature to return\",\"enum\":"
                                + "[\"celsius\",\"fahrenheit\"]}},\"required\":[\"location\"]}")));
    }

    @Test
    void claudesHiddenToolInstructionsDependOnTheChoice() {
        ChatRequest free = weather(ChatRequest.builder("claude-sonnet-4-5")).build();
        ChatRequest forced =
                free.toBuilder().toolChoice(new ToolChoice.Required()).build();
        ChatRequest none = free.toBuilder().tools(List.of()).build();
        long tools = COUNTER.count(free).tokens() - COUNTER.count(none).tokens();
        assertThat(tools).isBetween(346L + 60, 346L + 160);
        assertThat(COUNTER.count(free).tokens() - COUNTER.count(forced).tokens())
                .isEqualTo(346 - 313);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "null", "\"a\"", "", "{\"properties\":7}", "{\"properties\":{\"a\":null}}"})
    void countsToolsWithOddSchemas(String schema) {
        for (String model : List.of("gpt-4o", "claude-3-opus", "gemini-2.5-pro", "llama-3.1-8b")) {
            ChatRequest request = ChatRequest.builder(model)
                    .message(ChatMessage.User.of("a"))
                    .tools(List.of(Tool.Function.of("f", "", schema), new Tool.Native("x", schema)))
                    .build();
            assertThat(COUNTER.count(request).tokens()).isGreaterThan(5);
        }
    }

    @Test
    void nestedSchemasCountMoreThanFlatOnes() {
        String flat = "{\"properties\":{\"a\":{\"type\":\"object\"}}}";
        String nested = "{\"properties\":{\"a\":{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"}}}}}";
        String list =
                "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"properties\":{\"b\":{\"type\":\"string\"}}}}}}";
        String either = "{\"properties\":{\"a\":{\"anyOf\":[{\"properties\":{\"b\":{\"type\":\"string\"}}}]}}}";
        assertThat(Stream.of(nested, list, either).map(TokenCounterTest::tool))
                .allSatisfy(tokens -> assertThat(tokens).isGreaterThan(tool(flat) + 5));
    }

    private static long tool(String schema) {
        return COUNTER.count(ChatRequest.builder("gpt-4o")
                        .message(ChatMessage.User.of("a"))
                        .tools(List.of(Tool.Function.of("f", "d", schema)))
                        .build())
                .tokens();
    }

    static Stream<UnaryOperator<ChatRequest.Builder>> beyondPlainChat() {
        return Stream.of(
                request -> request.tools(List.of(Tool.Function.of("f", "d", "{}"))),
                request -> request.responseFormat(ResponseFormat.JsonSchema.of("s", "{}")),
                request -> request.responseFormat(new ResponseFormat.JsonObject()),
                request -> request.audio(new AudioOptions("alloy", "wav")),
                request -> request.reasoning(ReasoningOptions.of(ReasoningEffort.LOW)),
                request -> request.extra(Map.of("web_search_options", Map.of())),
                request -> request.model("o3"),
                request -> request.model("gpt-5"),
                request -> request.model("gpt-oss-20b"),
                request -> request.model("gpt-4o-audio-preview"),
                request -> request.model("gpt-4o-search-preview"),
                request -> request.message(ChatMessage.Tool.of("1", "ok")),
                request -> request.message(ChatMessage.Developer.of("a")),
                request -> request.message(ChatMessage.User.of(List.of())),
                request -> request.message(
                        ChatMessage.User.of(List.of(ContentPart.Text.of("a"), ContentPart.Text.of("b")))),
                request -> request.message(ChatMessage.Assistant.of(List.of(new ContentPart.Refusal("no")))),
                request -> request.message(ChatMessage.Assistant.of(List.of(ContentPart.Reasoning.of("hm")))),
                request -> request.message(ChatMessage.Assistant.of(List.of(ContentPart.ToolCall.of("1", "f", "{}")))),
                request -> request.message(new ChatMessage.Assistant(
                        List.of(ContentPart.Text.of("a")), Optional.empty(), Optional.of("audio_1"))),
                request -> request.message(ChatMessage.User.of(
                        List.of(ContentPart.Media.of("image/png", new byte[] {1}, Optional.empty())))));
    }

    @ParameterizedTest
    @MethodSource("beyondPlainChat")
    void whatGoesBeyondPlainChatIsAnEstimate(UnaryOperator<ChatRequest.Builder> change) {
        ChatRequest.Builder plain = ChatRequest.builder("gpt-4o")
                .message(ChatMessage.System.of("a"))
                .message(ChatMessage.User.of("b"));
        assertThat(COUNTER.count(plain.build()).exact()).isTrue();
        TokenCount count = COUNTER.count(change.apply(plain).build());
        assertThat(count.exact()).isFalse();
        assertThat(count.method()).isEqualTo("estimate:o200k_base");
        assertThat(count.tokens()).isGreaterThanOrEqualTo(3 + 5 + 5);
    }

    @Test
    void optionsThatOnlyTuneTheAnswerLeaveTheCountExact() {
        ChatRequest plain =
                ChatRequest.builder("gpt-4o").message(ChatMessage.User.of("b")).build();
        ChatRequest tuned = plain.toBuilder()
                .temperature(1)
                .n(3)
                .stop(List.of("x"))
                .maxOutputTokens(10)
                .responseFormat(new ResponseFormat.Text())
                .build();
        assertThat(COUNTER.count(tuned)).isEqualTo(COUNTER.count(plain));
    }

    @Test
    void everyKindOfPartCounts() {
        String words = "some words that take a number of tokens, surely more than ten of them";
        List<ContentPart> parts = List.of(
                ContentPart.Text.of(words),
                new ContentPart.Refusal(words),
                ContentPart.Reasoning.of(words),
                ContentPart.ToolCall.of("1", "f", words),
                new ContentPart.Opaque("anthropic", "t", "{}", Optional.of(words)),
                new ContentPart.Opaque("anthropic", "t", words, Optional.empty()));
        for (String model : List.of("gpt-4o", "claude-sonnet-4-5", "grok-4")) {
            long empty = COUNTER.countMessage(model, ChatMessage.Assistant.of(List.of()))
                    .tokens();
            for (ContentPart part : parts) {
                assertThat(COUNTER.countMessage(model, ChatMessage.Assistant.of(List.of(part)))
                                .tokens())
                        .as("%s of %s", part, model)
                        .isGreaterThan(empty + 10);
            }
        }
    }

    @Test
    void aConversationIsTheSumOfItsMessagesAndAConstant() {
        List<ChatMessage> messages = List.of(
                ChatMessage.System.of("be brief"), ChatMessage.User.of("why?"), ChatMessage.Assistant.of("because"));
        for (String model : List.of("gpt-4o", "gpt-4", "claude-sonnet-4-5", "gemini-2.5-pro")) {
            long sum = messages.stream()
                    .mapToLong(message -> COUNTER.countMessage(model, message).tokens())
                    .sum();
            long constant = COUNTER.countMessages(model, List.of()).tokens();
            assertThat(COUNTER.countMessages(model, messages).tokens()).isEqualTo(sum + constant);
        }
    }

    @Test
    void countsAMessageOnceWhileItIsRemembered() {
        int[] calls = {0};
        TokenCounter counter = TokenCounter.using(encoding -> Optional.of(text -> {
            calls[0]++;
            return text.length();
        }));
        ChatMessage message = ChatMessage.User.of("hello");
        TokenCount first = counter.countMessage("gpt-4o", message);
        assertThat(counter.countMessage("gpt-4o", message)).isEqualTo(first);
        assertThat(counter.countMessages("gpt-4o", List.of(message)).tokens()).isEqualTo(first.tokens() + 3);
        assertThat(calls[0]).isEqualTo(1);
        assertThat(counter.countMessage("gpt-4", message).method()).isEqualTo("cl100k_base");
        assertThat(counter.countMessage("gpt-4o", ChatMessage.User.of("hello!")).tokens())
                .isEqualTo(first.tokens() + 1);
    }

    @Test
    void manyModelNamesAreCountedAlike() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(COUNTER.count("gpt-4o-" + i, "hello world").tokens()).isEqualTo(2);
        }
    }

    @Test
    void countsEmbeddingInputs() {
        EmbeddingsRequest request = EmbeddingsRequest.of("text-embedding-3-large", List.of("hello world", "", "rer"));
        assertThat(COUNTER.count(request)).isEqualTo(TokenCount.exact(3, "cl100k_base"));
        assertThat(COUNTER.count(EmbeddingsRequest.of("voyage-3", List.of("hello world")))
                        .exact())
                .isFalse();
    }

    @Test
    void upperBoundAddsTenPercentToEstimatesOnly() {
        assertThat(TokenCount.exact(1_001, "o200k_base").upperBound()).isEqualTo(1_001);
        assertThat(TokenCount.estimate(0, "claude").upperBound()).isZero();
        assertThat(TokenCount.estimate(1, "claude").upperBound()).isEqualTo(2);
        assertThat(TokenCount.estimate(1_000, "claude").upperBound()).isEqualTo(1_100);
        assertThat(TokenCount.estimate(1_001, "claude").upperBound()).isEqualTo(1_102);
    }

    @Test
    void aSumIsExactOnlyIfBothAre() {
        TokenCount exact = TokenCount.exact(2, "o200k_base");
        TokenCount estimate = TokenCount.estimate(3, "claude");
        assertThat(exact.plus(exact)).isEqualTo(TokenCount.exact(4, "o200k_base"));
        assertThat(exact.plus(estimate)).isEqualTo(TokenCount.estimate(5, "claude"));
        assertThat(estimate.plus(exact)).isEqualTo(TokenCount.estimate(5, "claude"));
        assertThatIllegalArgumentException().isThrownBy(() -> TokenCount.exact(-1, "o200k_base"));
    }

    @Test
    void reasoningBudgetsDoNotCountAsInput() {
        ChatRequest request = ChatRequest.builder("claude-sonnet-4-5")
                .message(ChatMessage.User.of("b"))
                .build();
        ChatRequest thinking = request.toBuilder()
                .reasoning(new ReasoningOptions(Optional.empty(), OptionalInt.of(10_000), Optional.empty()))
                .build();
        assertThat(COUNTER.count(thinking).tokens())
                .isEqualTo(COUNTER.count(request).tokens());
    }
}
