package io.github.camelllm.wire.anthropic;

import static io.github.camelllm.wire.anthropic.Exchanges.DIALECT;
import static io.github.camelllm.wire.anthropic.Exchanges.TARGET;
import static io.github.camelllm.wire.anthropic.Exchanges.ask;
import static io.github.camelllm.wire.anthropic.Exchanges.dropped;
import static io.github.camelllm.wire.anthropic.Exchanges.encode;
import static io.github.camelllm.wire.anthropic.Exchanges.omitting;
import static io.github.camelllm.wire.anthropic.Exchanges.tree;
import static io.github.camelllm.wire.anthropic.Exchanges.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Unsupported;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AnthropicRequestTest {
    private static final Tool.Function WEATHER = Tool.Function.of("weather", "Weather", "{\"type\":\"object\"}");

    @Test
    void writesAsLittleAsIsAsked() {
        EncodedRequest request = DIALECT.chat().encode(ask("Hi").build(), false, TARGET);
        assertThat(tree(request.body()))
                .isEqualTo(tree("{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":4096,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/messages");
        assertThat(request.headers()).containsExactly(Map.entry("anthropic-version", "2023-06-01"));
        assertThat(request.dropped()).isEmpty();
    }

    @Test
    void asksForAStream() {
        assertThat(tree(DIALECT.chat().encode(ask("Hi").build(), true, TARGET).body())
                        .path("stream")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void takesMaxTokensFromRequestThenProfileThenConstant() {
        WireTarget profile = TARGET.withProfile(
                new WireProfile(Set.of(), Map.of(), Map.of("max_tokens", 9000, "speed", "fast"), Map.of(), Map.of()));
        assertThat(encode(ask("Hi").build(), profile).path("max_tokens").asInt())
                .isEqualTo(9000);
        assertThat(encode(ask("Hi").maxOutputTokens(5).build(), profile)
                        .path("max_tokens")
                        .asInt())
                .isEqualTo(5);
        assertThat(encode(ask("Hi").build(), profile).path("speed").asText()).isEqualTo("fast");
    }

    @Test
    void honoursRenameRolesAndDefaults() {
        WireTarget profile = TARGET.withProfile(new WireProfile(
                Set.of(),
                Map.of("max_tokens", "max_len"),
                Map.of("max_tokens", 7, "temperature", 0.1),
                Map.of("user", "human"),
                Map.of()));
        JsonNode body = encode(ask("Hi").temperature(0.9).build(), profile);
        assertThat(body.path("max_len").asInt()).isEqualTo(7);
        assertThat(body.has("max_tokens")).isFalse();
        assertThat(body.path("temperature").asDouble()).isEqualTo(0.9);
        assertThat(body.path("messages").path(0).path("role").asText()).isEqualTo("human");
    }

    @Test
    void extraWinsAndIsWrittenOnce() {
        Map<String, Object> extra = Map.of("max_tokens", 12, "container", Map.of("id", "c"), "temperature", 1);
        byte[] body = DIALECT.chat()
                .encode(
                        ask("Hi")
                                .maxOutputTokens(9)
                                .temperature(0.5)
                                .extra(extra)
                                .build(),
                        false,
                        TARGET)
                .body();
        assertThat(new String(body, java.nio.charset.StandardCharsets.UTF_8)).containsOnlyOnce("max_tokens");
        assertThat(tree(body).path("max_tokens").asInt()).isEqualTo(12);
        assertThat(tree(body).path("temperature").asInt()).isEqualTo(1);
        assertThat(tree(body).path("container")).isEqualTo(tree("{\"id\":\"c\"}"));
    }

    @Test
    void pathsAndHeadersComeFromTheProfile() {
        WireTarget vertex = TARGET.withProfile(new WireProfile(
                Set.of("model"),
                Map.of(),
                Map.of("anthropic_version", "vertex-2023-10-16"),
                Map.of(),
                Map.of(
                        "path", "/models/{model}:rawPredict",
                        "stream-path", "/models/{model}:streamRawPredict",
                        "anthropic-version", "",
                        "anthropic-beta", "a-1,b-2")));
        EncodedRequest request = DIALECT.chat()
                .encode(ask("Hi").model("claude-haiku-4-5@20251001").build(), true, vertex);
        assertThat(request.path()).isEqualTo("/models/claude-haiku-4-5%4020251001:streamRawPredict");
        assertThat(request.headers()).containsExactly(Map.entry("anthropic-beta", "a-1,b-2"));
        assertThat(tree(request.body()).has("model")).isFalse();
        assertThat(tree(request.body()).path("anthropic_version").asText()).isEqualTo("vertex-2023-10-16");
    }

    @Test
    void newerVersionHasNoSampling() {
        ChatRequest request = ask("Hi").temperature(0.5).topP(0.5).topK(5).build();
        JsonNode body = encode(request, with("anthropic-version", "2026-10-21"));
        assertThat(body.has("temperature") || body.has("top_p") || body.has("top_k"))
                .isFalse();
        assertThat(dropped(request, with("anthropic-version", "2026-10-21")))
                .containsExactly("temperature", "topP", "topK");
        assertThat(dropped(request, TARGET)).isEmpty();
    }

    static Stream<Arguments> knobs() {
        return Stream.of(
                Arguments.of("seed", ask("Hi").seed(1).build(), TARGET),
                Arguments.of("frequencyPenalty", ask("Hi").frequencyPenalty(1).build(), TARGET),
                Arguments.of("presencePenalty", ask("Hi").presencePenalty(1).build(), TARGET),
                Arguments.of("logitBias", ask("Hi").logitBias(Map.of("1", 1.0)).build(), TARGET),
                Arguments.of("logprobs", ask("Hi").logprobs(true).build(), TARGET),
                Arguments.of("topLogprobs", ask("Hi").topLogprobs(2).build(), TARGET),
                Arguments.of("verbosity", ask("Hi").verbosity("low").build(), TARGET),
                Arguments.of("promptCacheKey", ask("Hi").promptCacheKey("k").build(), TARGET),
                Arguments.of("store", ask("Hi").store(true).build(), TARGET),
                Arguments.of("metadata", ask("Hi").metadata(Map.of("team", "a")).build(), TARGET),
                Arguments.of("serviceTier", ask("Hi").serviceTier("flex").build(), TARGET),
                Arguments.of("serviceTier", ask("Hi").serviceTier("auto").build(), omitting("service_tier")),
                Arguments.of("user", ask("Hi").user("u").build(), omitting("metadata")),
                Arguments.of("temperature", ask("Hi").temperature(1).build(), omitting("temperature")),
                Arguments.of("topP", ask("Hi").topP(1).build(), omitting("top_p")),
                Arguments.of("topK", ask("Hi").topK(1).build(), omitting("top_k")),
                Arguments.of(
                        "tools.strict", ask("Hi").tools(List.of(strict(true))).build(), omitting("strict")),
                Arguments.of("cache", ask("Hi").tools(List.of(cached())).build(), omitting("cache_control")),
                Arguments.of("reasoning", thinking(ReasoningEffort.HIGH), with("thinking", "none")),
                Arguments.of("reasoning", thinking(ReasoningEffort.HIGH), omitting("thinking")),
                Arguments.of("reasoning.effort", thinking(ReasoningEffort.HIGH), omitting("effort")),
                Arguments.of("reasoning.includeThoughts", shown(true), omitting("display")),
                Arguments.of("reasoning.includeThoughts", shown(true), with("thinking", "effort")),
                Arguments.of("reasoning.budgetTokens", budgetAndEffort(), with("thinking", "adaptive")),
                Arguments.of("reasoning.budgetTokens", budgetAndEffort(), with("thinking", "effort")),
                Arguments.of("responseFormat.description", described(), TARGET));
    }

    @ParameterizedTest
    @MethodSource("knobs")
    void dropsWhatOnlyTunesTheAnswer(String option, ChatRequest request, WireTarget target) {
        assertThat(DIALECT.chat().encode(request, false, target).dropped()).containsExactly(option);
        assertThatThrownBy(() -> DIALECT.chat().encode(request, false, target.withUnsupported(Unsupported.ERROR)))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'" + option + "'");
    }

    static Stream<Arguments> meanings() {
        Tool foreign = new Tool.Native("openai-chat", "{\"type\":\"custom\"}");
        return Stream.of(
                Arguments.of("n", ask("Hi").n(2).build(), TARGET),
                Arguments.of(
                        "audio",
                        ask("Hi").audio(new AudioOptions("alloy", "wav")).build(),
                        TARGET),
                Arguments.of(
                        "responseFormat",
                        ask("Hi")
                                .responseFormat(new ResponseFormat.JsonObject())
                                .build(),
                        TARGET),
                Arguments.of("responseFormat", schema(), omitting("json_schema")),
                Arguments.of("stop", ask("Hi").stop(List.of("x")).build(), omitting("stop_sequences")),
                Arguments.of("tools", ask("Hi").tools(List.of(foreign)).build(), TARGET),
                Arguments.of("tools", ask("Hi").tools(List.of(WEATHER)).build(), omitting("tools")),
                Arguments.of(
                        "toolChoice",
                        ask("Hi")
                                .tools(List.of(WEATHER))
                                .toolChoice(new ToolChoice.Required())
                                .build(),
                        omitting("tool_choice")));
    }

    @ParameterizedTest
    @MethodSource("meanings")
    void refusesWhatChangesTheQuestion(String option, ChatRequest request, WireTarget target) {
        assertThatThrownBy(() -> DIALECT.chat().encode(request, false, target))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'" + option + "'");
        assertThat(dropped(request, target)).containsExactly(option);
    }

    @Test
    void oneAnswerAndNoProbabilitiesAreWhatItDoesAnyway() {
        assertThat(dropped(
                        ask("Hi")
                                .n(1)
                                .logprobs(false)
                                .responseFormat(new ResponseFormat.Text())
                                .build(),
                        TARGET))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "auto, auto",
        "priority, auto",
        "default, standard_only",
        "standard_only, standard_only",
        "tomorrow, tomorrow"
    })
    void mapsServiceTiers(String asked, String wire) {
        assertThat(encode(ask("Hi").serviceTier(asked).build())
                        .path("service_tier")
                        .asText())
                .isEqualTo(wire);
    }

    @Test
    void takesTheUserFromMetadataWhereNoneIsNamed() {
        assertThat(encode(ask("Hi").metadata(Map.of("user_id", "u")).build()).path("metadata"))
                .isEqualTo(tree("{\"user_id\":\"u\"}"));
    }

    // Tools

    @Test
    void writesToolsOfBothKinds() {
        Tool none = new Tool.Function(
                "now",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(CacheHint.of(Duration.ofHours(1))));
        Tool search = new Tool.Native("anthropic", "{\"type\":\"web_search_20260318\",\"name\":\"web_search\"}");
        assertThat(encode(ask("Hi").tools(List.of(strict(false), none, search)).build())
                        .path("tools"))
                .isEqualTo(tree(
                        "[{\"name\":\"weather\",\"description\":\"Weather\",\"input_schema\":{\"type\":\"object\"},\"strict\":false},"
                                + "{\"name\":\"now\",\"input_schema\":{\"type\":\"object\",\"properties\":{}},"
                                + "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}},"
                                + "{\"type\":\"web_search_20260318\",\"name\":\"web_search\"}]"));
    }

    @Test
    void refusesASchemaThatIsNoObject() {
        for (String schema : List.of("{", "[]", "{} {}", "")) {
            assertThatThrownBy(() -> encode(ask("Hi")
                            .tools(List.of(Tool.Function.of("weather", "", schema)))
                            .build()))
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessageContaining("the schema of tool 'weather' has to be a JSON object");
        }
    }

    static Stream<Arguments> choices() {
        return Stream.of(
                Arguments.of(new ToolChoice.Auto(), "{\"type\":\"auto\"}"),
                Arguments.of(new ToolChoice.None(), "{\"type\":\"none\"}"),
                Arguments.of(new ToolChoice.Required(), "{\"type\":\"any\"}"),
                Arguments.of(new ToolChoice.Function("weather"), "{\"type\":\"tool\",\"name\":\"weather\"}"),
                Arguments.of(new ToolChoice.Allowed(List.of("weather"), true), "{\"type\":\"any\"}"),
                Arguments.of(new ToolChoice.Allowed(List.of("weather"), false), "{\"type\":\"auto\"}"));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void writesToolChoices(ToolChoice choice, String wire) {
        assertThat(encode(ask("Hi").tools(List.of(WEATHER)).toolChoice(choice).build())
                        .path("tool_choice"))
                .isEqualTo(tree(wire));
    }

    @Test
    void offersAllowedToolsOnly() {
        Tool search = new Tool.Native("anthropic", "{\"type\":\"web_search_20260318\",\"name\":\"web_search\"}");
        ChatRequest request = ask("Hi")
                .tools(List.of(WEATHER, search, Tool.Function.of("other", "", "{}")))
                .toolChoice(new ToolChoice.Allowed(List.of("weather", "web_search"), false))
                .build();
        assertThat(encode(request).path("tools")).hasSize(2);
    }

    @Test
    void oneCallAtATimeIsAskedForWithTheChoice() {
        ChatRequest.Builder request = ask("Hi").tools(List.of(WEATHER)).parallelToolCalls(false);
        assertThat(encode(request.build()).path("tool_choice"))
                .isEqualTo(tree("{\"type\":\"auto\",\"disable_parallel_tool_use\":true}"));
        assertThat(encode(request.toolChoice(new ToolChoice.None()).build()).path("tool_choice"))
                .isEqualTo(tree("{\"type\":\"none\"}"));
        assertThat(encode(ask("Hi").parallelToolCalls(false).build()).has("tool_choice"))
                .isFalse();
    }

    // Thinking

    static Stream<Arguments> thinkings() {
        ChatRequest high = thinking(ReasoningEffort.HIGH);
        return Stream.of(
                Arguments.of("auto", high, "{\"type\":\"adaptive\"}", "high"),
                Arguments.of("adaptive", thinking(ReasoningEffort.MINIMAL), "{\"type\":\"adaptive\"}", "low"),
                Arguments.of("adaptive", budget(10_000), "{\"type\":\"adaptive\"}", "medium"),
                Arguments.of("effort", budget(30_000), null, "high"),
                Arguments.of("effort", thinking(ReasoningEffort.MAX), null, "max"),
                Arguments.of("auto", budget(2000), "{\"type\":\"enabled\",\"budget_tokens\":2000}", null),
                Arguments.of("budget", budget(2000), "{\"type\":\"enabled\",\"budget_tokens\":2000}", null),
                Arguments.of("budget", high, "{\"type\":\"enabled\",\"budget_tokens\":8000}", null),
                Arguments.of(
                        "budget",
                        thinking(ReasoningEffort.MINIMAL),
                        "{\"type\":\"enabled\",\"budget_tokens\":1024}",
                        null),
                Arguments.of(
                        "budget",
                        shown(true),
                        "{\"type\":\"enabled\",\"budget_tokens\":5000,\"display\":\"summarized\"}",
                        null),
                Arguments.of("auto", shown(false), "{\"type\":\"adaptive\",\"display\":\"omitted\"}", null),
                Arguments.of("auto", budget(0), "{\"type\":\"disabled\"}", null),
                Arguments.of("adaptive", thinking(ReasoningEffort.NONE), "{\"type\":\"disabled\"}", null),
                Arguments.of("none", thinking(ReasoningEffort.NONE), null, null));
    }

    @ParameterizedTest
    @MethodSource("thinkings")
    void writesThinkingAsTheProfileSays(String mode, ChatRequest request, String thinking, String effort) {
        JsonNode body = encode(request.toBuilder().maxOutputTokens(10_000).build(), with("thinking", mode));
        assertThat(body.get("thinking")).isEqualTo(thinking == null ? null : tree(thinking));
        assertThat(body.path("output_config").path("effort").textValue()).isEqualTo(effort);
    }

    @Test
    void writesEffortAndBudgetWhereTheRequestNamesBoth() {
        ChatRequest request = ask("Hi")
                .reasoning(
                        new ReasoningOptions(Optional.of(ReasoningEffort.LOW), OptionalInt.of(1024), Optional.empty()))
                .build();
        assertThat(encode(request).path("thinking").path("budget_tokens").asInt())
                .isEqualTo(1024);
        assertThat(encode(request).path("output_config").path("effort").asText())
                .isEqualTo("low");
    }

    @ParameterizedTest
    @CsvSource({"1023, 4096", "4096, 4096", "5000, 4096"})
    void refusesABudgetThatDoesNotFit(int budget, int maxTokens) {
        assertThatThrownBy(() -> encode(
                        budget(budget).toBuilder().maxOutputTokens(maxTokens).build()))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining(
                        "at least 1024 tokens and below maxOutputTokens (" + maxTokens + "), but is " + budget);
    }

    @Test
    void refusesToDeriveABudgetWhereNoneFits() {
        assertThatThrownBy(() -> encode(
                        thinking(ReasoningEffort.LOW).toBuilder()
                                .maxOutputTokens(1000)
                                .build(),
                        with("thinking", "budget")))
                .hasMessageContaining("below maxOutputTokens (1000), but is 1024");
    }

    static Stream<Arguments> turnsOfTools() {
        ChatMessage question = ChatMessage.User.of("q");
        ContentPart call = ContentPart.ToolCall.of("1", "weather", "{}");
        ContentPart thought = new ContentPart.Reasoning("Hm", Optional.of("s"), Optional.empty(), Optional.empty());
        ChatMessage bare = ChatMessage.Assistant.of(List.of(call));
        ChatMessage unsigned = ChatMessage.Assistant.of(List.of(ContentPart.Reasoning.of("Hm"), call));
        ChatMessage signed = ChatMessage.Assistant.of(List.of(thought, call));
        ChatMessage result = ChatMessage.Tool.of("1", "x");
        return Stream.of(
                Arguments.of("disabled", List.of(question, bare, result)),
                Arguments.of("disabled", List.of(question, unsigned, result)),
                Arguments.of("disabled", List.of(question, bare, result, ChatMessage.User.of("and?"))),
                Arguments.of(
                        "disabled",
                        List.of(question, signed, result, ChatMessage.Assistant.of("a"), question, bare, result)),
                Arguments.of("enabled", List.of(question, signed, result)),
                // The model itself goes on from result to call without another thought
                Arguments.of("enabled", List.of(question, signed, result, bare, result)),
                Arguments.of("enabled", List.of(question, bare, result, ChatMessage.Assistant.of("a"), question)),
                Arguments.of("enabled", List.of(question, ChatMessage.Assistant.of("a"), question)));
    }

    @ParameterizedTest
    @MethodSource("turnsOfTools")
    void thinksByBudgetOnlyIfTheTurnsOwnThinkingIsThere(String type, List<ChatMessage> messages) {
        ChatRequest request = budget(2000).toBuilder().messages(messages).build();
        assertThat(encode(request).at("/thinking/type").asText()).isEqualTo(type);
        assertThat(dropped(request, TARGET)).isEqualTo(type.equals("disabled") ? List.of("reasoning") : List.of());
        assertThat(encode(request, TARGET.withOwnDialect(true))
                        .at("/thinking/type")
                        .asText())
                .isEqualTo("enabled");
        assertThat(encode(request, with("thinking", "adaptive"))
                        .at("/thinking/type")
                        .asText())
                .isEqualTo("adaptive");
    }

    @ParameterizedTest
    @CsvSource({"enabled", "adaptive"})
    void leavesOutSamplingThatTheWireRefusesBesideThinking(String type) {
        WireTarget target = with("thinking", type.equals("enabled") ? "budget" : type);
        ChatRequest request =
                budget(2000).toBuilder().temperature(0.2).topP(0.9).topK(40).build();
        JsonNode body = encode(request, target);
        assertThat(body.at("/thinking/type").asText()).isEqualTo(type);
        assertThat(body.has("temperature") || body.has("top_p") || body.has("top_k"))
                .isFalse();
        assertThat(dropped(request, target)).containsExactly("temperature", "topP", "topK");
        JsonNode own = encode(request, target.withOwnDialect(true));
        assertThat(own.has("temperature") && own.has("top_p") && own.has("top_k"))
                .isTrue();

        ChatRequest fitting = budget(2000).toBuilder().temperature(1).topP(0.95).build();
        assertThat(encode(fitting, target).has("temperature")).isTrue();
        assertThat(encode(fitting, target).has("top_p")).isTrue();
        ChatRequest off =
                request.toBuilder().reasoning(ReasoningOptions.ofBudget(0)).build();
        assertThat(dropped(off, target)).isEmpty();
    }

    static Stream<Arguments> forced() {
        return Stream.of(
                Arguments.of(new ToolChoice.Required(), "disabled"),
                Arguments.of(new ToolChoice.Function("weather"), "disabled"),
                Arguments.of(new ToolChoice.Allowed(List.of("weather"), true), "disabled"),
                Arguments.of(new ToolChoice.Allowed(List.of("weather"), false), "enabled"),
                Arguments.of(new ToolChoice.Auto(), "enabled"),
                Arguments.of(new ToolChoice.None(), "enabled"));
    }

    @ParameterizedTest
    @MethodSource("forced")
    void aForcedCallComesWithoutThinkingByBudget(ToolChoice choice, String type) {
        ChatRequest request = budget(2000).toBuilder()
                .tools(List.of(WEATHER))
                .toolChoice(choice)
                .temperature(0.2)
                .build();
        boolean off = type.equals("disabled");
        assertThat(encode(request).at("/thinking/type").asText()).isEqualTo(type);
        assertThat(encode(request).has("temperature")).isEqualTo(off);
        assertThat(dropped(request, TARGET)).containsExactly(off ? "reasoning" : "temperature");
        JsonNode own = encode(request, TARGET.withOwnDialect(true));
        assertThat(own.at("/thinking/type").asText()).isEqualTo("enabled");
        assertThat(own.has("tool_choice") && own.has("temperature")).isTrue();
    }

    @Test
    void writesASchemaWithTheEffort() {
        ChatRequest request = schema().toBuilder()
                .reasoning(ReasoningOptions.of(ReasoningEffort.LOW))
                .build();
        assertThat(encode(request).path("output_config"))
                .isEqualTo(
                        tree(
                                "{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\",\"additionalProperties\":false}}}"));
    }

    private static final String NESTED = "{'type':'object','properties':{"
            + "'a':{'type':['object','null'],'properties':{'items':{'type':'string','default':1.50}}},"
            + "'b':{'type':'array','items':{'properties':{'x':{'$ref':'#/$defs/d'}}}},"
            + "'c':{'anyOf':[{'type':'object','properties':{'y':{'type':'integer'}}OPEN},{'type':'null'}]}},"
            + "'$defs':{'d':{'type':'object','properties':{'z':{'allOf':[{'type':'object'}]}}}},"
            + "'definitions':{'e':{'type':'object','additionalProperties':false}}}";

    @Test
    void closesEveryObjectOfASchema() {
        String schema = NESTED.replace("OPEN", "").replace('\'', '"');
        ChatRequest request = formatted(schema);
        JsonNode sent = encode(request).path("output_config").path("format").path("schema");
        for (String at : List.of(
                "",
                "/properties/a",
                "/properties/b/items",
                "/properties/c/anyOf/0",
                "/$defs/d",
                "/$defs/d/properties/z/allOf/0",
                "/definitions/e")) {
            assertThat(sent.at(at).path("additionalProperties")).as(at).isEqualTo(tree("false"));
        }
        assertThat(sent.at("/properties").has("additionalProperties")).isFalse();
        assertThat(sent.at("/properties/a/properties/items").size()).isEqualTo(2);
        assertThat(new String(
                        DIALECT.chat().encode(request, false, TARGET).body(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("1.50");
        assertThat(dropped(request, TARGET)).isEmpty();
    }

    @Test
    void saysSoIfASchemaAskedForFurtherProperties() {
        ChatRequest open =
                formatted(NESTED.replace("OPEN", ",'additionalProperties':true").replace('\'', '"'));
        assertThat(DIALECT.chat().encode(open, false, TARGET).dropped())
                .containsExactly("responseFormat.additionalProperties");
        for (String map : List.of("true", "{\"type\":\"string\"}")) {
            ChatRequest request = formatted("{\"type\":\"object\",\"additionalProperties\":" + map + "}");
            assertThatThrownBy(() -> encode(request))
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessageContaining("'responseFormat.additionalProperties'");
            assertThat(dropped(request, TARGET)).containsExactly("responseFormat.additionalProperties");
        }
    }

    @Test
    void aSchemaThatIsClosedOrItsClientsOwnGoesAsItCame() {
        String closed = "{ \"type\": \"object\", \"additionalProperties\": false }";
        assertThat(new String(
                        DIALECT.chat().encode(formatted(closed), false, TARGET).body(),
                        java.nio.charset.StandardCharsets.UTF_8))
                .contains(closed);
        assertThat(encode(schema(), TARGET.withOwnDialect(true)).at("/output_config/format/schema"))
                .isEqualTo(tree("{\"type\":\"object\"}"));
    }

    @Test
    void closesTheObjectsOfStrictToolsOnly() {
        assertThat(encode(ask("Hi").tools(List.of(strict(true))).build()).at("/tools/0/input_schema"))
                .isEqualTo(tree("{\"type\":\"object\",\"additionalProperties\":false}"));
        assertThat(encode(ask("Hi").tools(List.of(strict(false))).build()).at("/tools/0/input_schema"))
                .isEqualTo(tree("{\"type\":\"object\"}"));
    }

    private static ChatRequest formatted(String schema) {
        return ask("Hi")
                .responseFormat(ResponseFormat.JsonSchema.of("x", schema))
                .build();
    }

    // Counting

    @Test
    void countsWithoutWhatHasNoPartInTheInput() {
        ChatRequest request = ask("Hi")
                .tools(List.of(WEATHER))
                .maxOutputTokens(9)
                .temperature(1)
                .stop(List.of("x"))
                .user("u")
                .seed(3)
                .extra(Map.of("max_tokens", 3, "speed", "fast"))
                .build();
        EncodedRequest count = DIALECT.tokenCounts().encode(request, TARGET);
        assertThat(count.path()).isEqualTo("/messages/count_tokens");
        assertThat(tree(count.body()).fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("model", "messages", "tools", "speed");
        assertThat(count.dropped()).isEmpty();
    }

    @Test
    void providersThatKnowNoStrictToolsGetThoseOfClientsWithoutIt() {
        Tool own = new Tool.Native(
                "anthropic",
                "{\"name\":\"a\",\"input_schema\":{\"type\":\"object\"},\"strict\":true,\"defer_loading\":true}",
                Optional.of(Tool.Function.of("a", "", "{}")));
        ChatRequest request = ask("Hi").tools(List.of(own)).build();

        assertThat(encode(request, omitting("strict")).path("tools"))
                .hasToString("[{\"name\":\"a\",\"input_schema\":{\"type\":\"object\"},\"defer_loading\":true}]");
        assertThat(DIALECT.chat().encode(request, false, omitting("strict")).dropped())
                .containsExactly("tools.strict");
        assertThat(encode(request).at("/tools/0/strict").asBoolean()).isTrue();
    }

    private static Tool.Function strict(boolean strict) {
        return new Tool.Function(
                "weather", Optional.of("Weather"), WEATHER.parametersJson(), Optional.of(strict), Optional.empty());
    }

    private static Tool.Function cached() {
        return new Tool.Function(
                "weather", Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(CacheHint.DEFAULT));
    }

    private static ChatRequest thinking(ReasoningEffort effort) {
        return ask("Hi").reasoning(ReasoningOptions.of(effort)).build();
    }

    private static ChatRequest budget(int tokens) {
        return ask("Hi").reasoning(ReasoningOptions.ofBudget(tokens)).build();
    }

    private static ChatRequest budgetAndEffort() {
        return ask("Hi")
                .reasoning(
                        new ReasoningOptions(Optional.of(ReasoningEffort.LOW), OptionalInt.of(2000), Optional.empty()))
                .build();
    }

    private static ChatRequest shown(boolean shown) {
        return ask("Hi")
                .reasoning(new ReasoningOptions(Optional.empty(), OptionalInt.empty(), Optional.of(shown)))
                .build();
    }

    private static ChatRequest schema() {
        return ask("Hi")
                .responseFormat(ResponseFormat.JsonSchema.of("x", "{\"type\":\"object\"}"))
                .build();
    }

    private static ChatRequest described() {
        return ask("Hi")
                .responseFormat(new ResponseFormat.JsonSchema("x", "{}", Optional.of("words"), Optional.empty()))
                .build();
    }
}
