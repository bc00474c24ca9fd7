package io.github.camelllm.wire.openai;

import static io.github.camelllm.wire.openai.Exchanges.DIALECT;
import static io.github.camelllm.wire.openai.Exchanges.TARGET;
import static io.github.camelllm.wire.openai.Exchanges.ask;
import static io.github.camelllm.wire.openai.Exchanges.dropped;
import static io.github.camelllm.wire.openai.Exchanges.encode;
import static io.github.camelllm.wire.openai.Exchanges.omitting;
import static io.github.camelllm.wire.openai.Exchanges.tree;
import static io.github.camelllm.wire.openai.Exchanges.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Unsupported;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OpenAiRequestTest {
    private static final Tool TOOL = Tool.Function.of("f", "does it", "{\"type\":\"object\"}");

    private static ChatRequest.Builder base() {
        return ask("Hi");
    }

    /** Wire member, vocabulary name, a request that has it, and whether leaving it out changes the question. */
    static List<Arguments> members() {
        ResponseFormat schema = ResponseFormat.JsonSchema.of("s", "{}");
        return List.of(
                Arguments.of(
                        "max_tokens",
                        "maxOutputTokens",
                        base().maxOutputTokens(5).build(),
                        false),
                Arguments.of("temperature", "temperature", base().temperature(1).build(), false),
                Arguments.of("top_p", "topP", base().topP(1).build(), false),
                Arguments.of("top_k", "topK", base().topK(1).build(), false),
                Arguments.of(
                        "frequency_penalty",
                        "frequencyPenalty",
                        base().frequencyPenalty(1).build(),
                        false),
                Arguments.of(
                        "presence_penalty",
                        "presencePenalty",
                        base().presencePenalty(1).build(),
                        false),
                Arguments.of("seed", "seed", base().seed(1).build(), false),
                Arguments.of(
                        "logit_bias",
                        "logitBias",
                        base().logitBias(Map.of("1", 1.0)).build(),
                        false),
                Arguments.of("logprobs", "logprobs", base().logprobs(true).build(), false),
                Arguments.of(
                        "top_logprobs", "topLogprobs", base().topLogprobs(1).build(), false),
                Arguments.of(
                        "parallel_tool_calls",
                        "parallelToolCalls",
                        base().tools(List.of(TOOL)).parallelToolCalls(false).build(),
                        false),
                Arguments.of("verbosity", "verbosity", base().verbosity("low").build(), false),
                Arguments.of("user", "user", base().user("u").build(), false),
                Arguments.of(
                        "metadata",
                        "metadata",
                        base().metadata(Map.of("a", "b")).build(),
                        false),
                Arguments.of(
                        "service_tier",
                        "serviceTier",
                        base().serviceTier("flex").build(),
                        false),
                Arguments.of(
                        "prompt_cache_key",
                        "promptCacheKey",
                        base().promptCacheKey("k").build(),
                        false),
                Arguments.of("store", "store", base().store(true).build(), false),
                Arguments.of(
                        "reasoning_effort",
                        "reasoning",
                        base().reasoning(ReasoningOptions.of(ReasoningEffort.LOW))
                                .build(),
                        false),
                Arguments.of(
                        "strict",
                        "strict",
                        base().tools(List.of(new Tool.Function(
                                        "f", Optional.empty(), Optional.empty(), Optional.of(true), Optional.empty())))
                                .build(),
                        false),
                Arguments.of(
                        "name",
                        "name",
                        base().messages(List.of(
                                        new ChatMessage.User(List.of(ContentPart.Text.of("Hi")), Optional.of("ann"))))
                                .build(),
                        false),
                Arguments.of("tools", "tools", base().tools(List.of(TOOL)).build(), true),
                Arguments.of(
                        "tool_choice",
                        "toolChoice",
                        base().tools(List.of(TOOL))
                                .toolChoice(new ToolChoice.Required())
                                .build(),
                        true),
                Arguments.of(
                        "tool_choice",
                        "toolChoice",
                        base().tools(List.of(TOOL))
                                .toolChoice(new ToolChoice.None())
                                .build(),
                        true),
                Arguments.of(
                        "response_format",
                        "responseFormat",
                        base().responseFormat(schema).build(),
                        true),
                Arguments.of(
                        "json_schema",
                        "responseFormat",
                        base().responseFormat(schema).build(),
                        true),
                Arguments.of(
                        "json_object",
                        "responseFormat",
                        base().responseFormat(new ResponseFormat.JsonObject()).build(),
                        true),
                Arguments.of("stop", "stop", base().stop(List.of("x")).build(), true),
                Arguments.of("n", "n", base().n(2).build(), true),
                Arguments.of(
                        "modalities",
                        "audio",
                        base().audio(new AudioOptions("v", "wav")).build(),
                        true),
                Arguments.of("image", "image", showing(MediaKind.IMAGE), true),
                Arguments.of("audio", "audio", showing(MediaKind.AUDIO), true),
                Arguments.of("video", "video", showing(MediaKind.VIDEO), true),
                Arguments.of("document", "document", showing(MediaKind.DOCUMENT), true));
    }

    private static ChatRequest showing(MediaKind kind) {
        ContentPart part = ContentPart.Media.of(kind, new MediaSource.Inline("x/y", "AAAA"));
        return ChatRequest.builder("m")
                .message(ChatMessage.User.of(List.of(ContentPart.Text.of("Hi"), part)))
                .build();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("members")
    void whatTheProviderOmitsFallsUnderThePolicy(String wireName, String option, ChatRequest request, boolean meaning) {
        assertThat(dropped(request, TARGET))
                .as("taken where nothing is omitted")
                .isEmpty();
        WireTarget target = omitting(wireName);
        if (meaning) {
            assertThatThrownBy(() -> encode(request, target))
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessageContaining("'" + option + "'");
        } else {
            assertThat(dropped(request, target)).containsExactly(option);
        }
        WireTarget dropping = target.withUnsupported(Unsupported.DROP);
        assertThat(dropped(request, dropping)).containsExactly(option);
        assertThat(encode(request, dropping).has(wireName)).isFalse();
        assertThatThrownBy(() -> encode(request, target.withUnsupported(Unsupported.ERROR)))
                .isInstanceOf(LlmInvalidRequestException.class);
    }

    @Test
    void userIdsThatAreTooLongAreHashed() {
        String longest = "u".repeat(64);
        String first = encode(base().user(longest + "a").build()).path("user").asText();
        String again = encode(base().user(longest + "a").build()).path("user").asText();
        String other = encode(base().user(longest + "b").build()).path("user").asText();

        assertThat(encode(base().user(longest).build()).path("user").asText()).isEqualTo(longest);
        assertThat(first).matches("[0-9a-f]{64}").isEqualTo(again).isNotEqualTo(other);
    }

    @Test
    void aToolThatFailedSaysSo() {
        ContentPart words = ContentPart.Text.of("no disk");
        ChatRequest silent = base().message(new ChatMessage.Tool("t", Optional.empty(), List.of(), true))
                .build();
        ChatRequest wordy = base().message(new ChatMessage.Tool("t", Optional.empty(), List.of(words), true))
                .build();

        assertThat(encode(silent).path("messages").path(1).path("content").asText())
                .isEqualTo("The tool failed.");
        assertThat(dropped(silent, TARGET)).isEmpty();
        assertThat(encode(wordy).path("messages").path(1).path("content").asText())
                .isEqualTo("no disk");
        assertThat(dropped(wordy, TARGET)).containsExactly("messages.error");
    }

    @Test
    void automaticChoiceAndFreeTextNeedNoMember() {
        ChatRequest request = base().tools(List.of(TOOL))
                .toolChoice(new ToolChoice.Auto())
                .responseFormat(new ResponseFormat.Text())
                .build();
        assertThat(dropped(request, omitting("tool_choice", "response_format"))).isEmpty();
        assertThat(encode(request).path("tool_choice").asText()).isEqualTo("auto");
    }

    @Test
    void renamesMembersAndRoles() {
        WireTarget target = TARGET.withProfile(new WireProfile(
                Set.of(),
                Map.of("max_tokens", "max_completion_tokens", "seed", "random_seed", "user", "user_id"),
                Map.of(),
                Map.of("developer", "system"),
                Map.of()));
        ChatRequest request = ChatRequest.builder("m")
                .message(ChatMessage.Developer.of("Be brief"))
                .maxOutputTokens(5)
                .seed(7)
                .user("u")
                .build();
        assertThat(encode(request, target))
                .isEqualTo(tree("{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be"
                        + " brief\"}],\"max_completion_tokens\":5,\"random_seed\":7,\"user_id\":\"u\"}"));
    }

    @Test
    void defaultsFillWhatIsNotSetAndExtraWinsOverEverything() {
        WireTarget target = TARGET.withProfile(new WireProfile(
                Set.of(), Map.of(), Map.of("temperature", 0.3, "safe_prompt", true, "x", 1), Map.of(), Map.of()));
        ChatRequest request = base().temperature(1)
                .topP(0.5)
                .extra(Map.of("top_p", 0.75, "x", 2, "stream", true))
                .build();
        JsonNode body = encode(request, target);
        assertThat(body.path("temperature").asInt()).isEqualTo(1);
        assertThat(body.path("safe_prompt").asBoolean()).isTrue();
        assertThat(body.path("top_p").asDouble()).isEqualTo(0.75);
        assertThat(body.path("x").asInt()).isEqualTo(2);
        assertThat(body.has("stream")).as("the call decides on streaming").isFalse();
        String text = new String(DIALECT.chat().encode(request, false, target).body(), StandardCharsets.UTF_8);
        assertThat(text.split("\"top_p\"", -1)).as("each member once").hasSize(2);
    }

    @Test
    void asksForUsageWhereTheProviderLetsIt() {
        assertThat(streamed(TARGET, base().build()).path("stream_options")).isEqualTo(tree("{\"include_usage\":true}"));
        assertThat(streamed(omitting("stream_options"), base().build()).has("stream_options"))
                .isFalse();
        ChatRequest more = base().extra(
                        Map.of("stream_options", Map.of("include_obfuscation", false, "include_usage", false)))
                .build();
        assertThat(streamed(TARGET, more).path("stream_options"))
                .isEqualTo(tree("{\"include_usage\":true,\"include_obfuscation\":false}"));
        assertThat(encode(more).has("stream_options")).isFalse();
    }

    private static JsonNode streamed(WireTarget target, ChatRequest request) {
        JsonNode body = tree(DIALECT.chat().encode(request, true, target).body());
        assertThat(body.path("stream").asBoolean()).isTrue();
        return body;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reasoning_effort | HIGH | -1 | {\"reasoning_effort\":\"high\"}",
                "reasoning_effort |      |  0 | {\"reasoning_effort\":\"none\"}",
                "reasoning_effort |      | 99 | {\"reasoning_effort\":\"minimal\"}",
                "reasoning_effort |      | 4000 | {\"reasoning_effort\":\"low\"}",
                "reasoning_effort |      | 24576 | {\"reasoning_effort\":\"high\"}",
                "reasoning        | HIGH | -1 | {\"reasoning\":{\"effort\":\"high\"}}",
                "reasoning        |      | 99 | {\"reasoning\":{\"max_tokens\":99}}",
                "reasoning        |      |  0 | {\"reasoning\":{\"effort\":\"none\"}}",
                "thinking         |      | 99 | {\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":99}}",
                "thinking         | NONE | -1 | {\"thinking\":{\"type\":\"disabled\"}}",
                "thinking         |      |  0 | {\"thinking\":{\"type\":\"disabled\"}}",
                "thinking+effort  | LOW  | -1 | {\"thinking\":{\"type\":\"enabled\"},\"reasoning_effort\":\"low\"}",
                "thinking+effort  | NONE | -1 | {\"thinking\":{\"type\":\"disabled\"}}",
                "enable_thinking  |      | 99 | {\"enable_thinking\":true,\"thinking_budget\":99}",
                "enable_thinking  | NONE | -1 | {\"enable_thinking\":false}",
                "chat_template_kwargs | NONE | -1 |"
                        + " {\"chat_template_kwargs\":{\"thinking\":false,\"enable_thinking\":false}}",
            })
    void asksForReasoningInTheProvidersWords(String form, ReasoningEffort effort, int budget, String expected) {
        ReasoningOptions reasoning = new ReasoningOptions(
                Optional.ofNullable(effort),
                budget < 0 ? OptionalInt.empty() : OptionalInt.of(budget),
                Optional.empty());
        ChatRequest request = base().reasoning(reasoning).build();
        WireTarget target = with(OpenAiOptions.REASONING, form);
        assertThat(without(encode(request, target), "model", "messages")).isEqualTo(tree(expected));
        assertThat(dropped(request, target)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "none,HIGH,-1",
        "reasoning_effort,HIGH,99",
        "thinking,HIGH,-1",
        "enable_thinking,LOW,-1",
        "chat_template_kwargs,,99"
    })
    void tellsThatReasoningWasNotFullyAskedFor(String form, ReasoningEffort effort, int budget) {
        ReasoningOptions reasoning = new ReasoningOptions(
                Optional.ofNullable(effort),
                budget < 0 ? OptionalInt.empty() : OptionalInt.of(budget),
                Optional.empty());
        assertThat(dropped(base().reasoning(reasoning).build(), with(OpenAiOptions.REASONING, form)))
                .containsExactly("reasoning");
    }

    @Test
    void effortBecomesTheNearestThatTheModelTakes() {
        WireTarget target = with(OpenAiOptions.REASONING_EFFORTS, "low,medium,high,max");
        assertThat(encode(
                                base().reasoning(ReasoningOptions.of(ReasoningEffort.MINIMAL))
                                        .build(),
                                target)
                        .path("reasoning_effort")
                        .asText())
                .isEqualTo("low");
        assertThat(encode(
                                base().reasoning(ReasoningOptions.of(ReasoningEffort.XHIGH))
                                        .build(),
                                target)
                        .path("reasoning_effort")
                        .asText())
                .isEqualTo("max");
        assertThat(encode(
                                base().reasoning(ReasoningOptions.of(ReasoningEffort.MEDIUM))
                                        .build(),
                                target)
                        .path("reasoning_effort")
                        .asText())
                .isEqualTo("medium");
    }

    @Test
    void budgetBecomesTheNearestEffortThatTheModelTakes() {
        WireTarget target = with(OpenAiOptions.REASONING_EFFORTS, "low,high");
        ChatRequest request = base().reasoning(ReasoningOptions.ofBudget(600)).build();

        assertThat(encode(request, target).path("reasoning_effort").asText()).isEqualTo("low");
        assertThat(dropped(request, target)).isEmpty();
        assertThat(dropped(request, omitting("reasoning_effort"))).containsExactly("reasoning");
    }

    @Test
    void saysWhetherThoughtsShouldComeBack() {
        ChatRequest request = base().reasoning(
                        new ReasoningOptions(Optional.empty(), OptionalInt.empty(), Optional.of(false)))
                .build();
        assertThat(encode(request, with(OpenAiOptions.INCLUDE_THOUGHTS, "include_reasoning"))
                        .path("include_reasoning")
                        .asBoolean(true))
                .isFalse();
        assertThat(encode(request, with(OpenAiOptions.REASONING, "reasoning")).path("reasoning"))
                .isEqualTo(tree("{\"exclude\":true}"));
        assertThat(dropped(request, TARGET)).containsExactly("reasoning");
    }

    private static JsonNode without(JsonNode object, String... members) {
        JsonNode copy = object.deepCopy();
        ((ObjectNode) copy).remove(List.of(members));
        return copy;
    }

    @Test
    void allowedToolsAreOfferedAloneOrNamed() {
        ChatRequest request = base().tools(List.of(TOOL, Tool.Function.of("g", "", "{}")))
                .toolChoice(new ToolChoice.Allowed(List.of("g"), true))
                .build();
        JsonNode filtered = encode(request, with(OpenAiOptions.TOOL_CHOICE_REQUIRED, "any"));
        assertThat(filtered.path("tools")).hasSize(1);
        assertThat(filtered.at("/tools/0/function/name").asText()).isEqualTo("g");
        assertThat(filtered.path("tool_choice").asText()).isEqualTo("any");
        JsonNode named = encode(request, with(OpenAiOptions.ALLOWED_TOOLS, "native"));
        assertThat(named.path("tools")).hasSize(2);
        assertThat(named.path("tool_choice"))
                .isEqualTo(
                        tree(
                                "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}}"));
    }

    @Test
    void cacheHintsAreSentInTheProvidersWordsOrDropped() {
        ChatRequest request = ChatRequest.builder("m")
                .message(ChatMessage.User.of(
                        List.of(ContentPart.Text.of("Hi").withCache(CacheHint.of(Duration.ofMinutes(5))))))
                .build();
        assertThat(encode(request, with(OpenAiOptions.CACHE_CONTROL, "parts"))
                        .at("/messages/0/content/0/cache_control"))
                .isEqualTo(tree("{\"type\":\"ephemeral\",\"ttl\":\"5m\"}"));
        assertThat(encode(request, with(OpenAiOptions.CACHE_CONTROL, "breakpoint"))
                        .at("/messages/0/content/0/prompt_cache_breakpoint"))
                .isEqualTo(tree("{\"mode\":\"explicit\"}"));
        assertThat(dropped(request, TARGET)).containsExactly("cache");
        assertThat(encode(request).at("/messages/0/content").asText()).isEqualTo("Hi");
    }

    @Test
    void severalTextsAreAListOrOneString() {
        ChatRequest request = ChatRequest.builder("m")
                .message(ChatMessage.User.of(List.of(ContentPart.Text.of("a"), ContentPart.Text.of("b"))))
                .build();
        assertThat(encode(request).at("/messages/0/content")).hasSize(2);
        assertThat(encode(request, with(OpenAiOptions.TEXT_PARTS, "string"))
                        .at("/messages/0/content")
                        .asText())
                .isEqualTo("ab");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file          | false |"
                        + " {\"type\":\"file\",\"file\":{\"filename\":\"document.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0=\"}}",
                "file_data_url | true  |"
                        + " {\"type\":\"file\",\"file\":{\"filename\":\"document.pdf\",\"file_data\":\"https://a.example/a.pdf\"}}",
                "document_url  | true  | {\"type\":\"document_url\",\"document_url\":\"https://a.example/a.pdf\"}",
                "document_url  | false |"
                        + " {\"type\":\"document_url\",\"document_url\":\"data:application/pdf;base64,JVBERi0=\"}"
            })
    void documentsHaveTheProvidersForm(String form, boolean url, String expected) {
        MediaSource source = url
                ? MediaSource.Url.of("https://a.example/a.pdf")
                : new MediaSource.Inline("application/pdf", "JVBERi0=");
        assertThat(onlyPart(MediaKind.DOCUMENT, source, with(OpenAiOptions.DOCUMENTS, form)))
                .isEqualTo(tree(expected));
    }

    @Test
    void mediaByAddressAreRefusedWhereTheProviderTakesBytesOnly() {
        assertThatThrownBy(() -> onlyPart(MediaKind.DOCUMENT, MediaSource.Url.of("https://a.example"), TARGET))
                .hasMessageContaining("'document'");
        assertThatThrownBy(() -> onlyPart(MediaKind.AUDIO, MediaSource.Url.of("https://a.example"), TARGET))
                .hasMessageContaining("'audio'");
        assertThat(onlyPart(
                        MediaKind.AUDIO,
                        MediaSource.Url.of("https://a.example"),
                        with(OpenAiOptions.AUDIO_URL, "input_audio")))
                .isEqualTo(tree("{\"type\":\"input_audio\",\"input_audio\":\"https://a.example\"}"));
    }

    private static JsonNode onlyPart(MediaKind kind, MediaSource source, WireTarget target) {
        ChatRequest request = ChatRequest.builder("m")
                .message(ChatMessage.User.of(List.of(ContentPart.Media.of(kind, source))))
                .build();
        return encode(request, target).at("/messages/0/content/0");
    }

    @Test
    void logprobsMayBeANumber() {
        assertThat(encode(base().logprobs(true).topLogprobs(3).build(), with(OpenAiOptions.LOGPROBS, "count"))
                        .path("logprobs")
                        .asInt())
                .isEqualTo(3);
        assertThat(encode(base().logprobs(false).build(), with(OpenAiOptions.LOGPROBS, "count"))
                        .has("logprobs"))
                .isFalse();
    }

    @Test
    void pathMayNameTheModel() {
        EncodedRequest request = DIALECT.chat()
                .encode(
                        base().model("my model/1").build(),
                        false,
                        with(OpenAiOptions.CHAT_PATH, "/deployments/{model}/chat/completions?api-version=2024-10-21"));
        assertThat(request.path()).isEqualTo("/deployments/my%20model%2F1/chat/completions?api-version=2024-10-21");
        assertThat(DIALECT.chat().encode(base().build(), false, TARGET).path()).isEqualTo("/chat/completions");
    }

    @Test
    void textsThatClaimToBeJsonAreChecked() {
        for (String text : new ArrayList<>(List.of("", "{zanzibar", "{} {}"))) {
            ChatRequest request =
                    base().tools(List.of(Tool.Function.of("f", "", text))).build();
            assertThatThrownBy(() -> encode(request))
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessageContaining("tools[0].parametersJson")
                    .message()
                    .doesNotContain("zanzibar");
        }
        assertThatThrownBy(() -> encode(base().temperature(Double.NaN).build()))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("temperature");
    }

    @Test
    void extraMembersMustBeJson() {
        assertThatThrownBy(() -> encode(base().extra(Map.of("x", new Object())).build()))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("extra");
    }
}
