package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.wire.ChatClientCodec;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.Unsupported;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import io.github.camelllm.wire.anthropic.AnthropicDialect;
import io.github.camelllm.wire.gemini.GeminiDialect;
import io.github.camelllm.wire.openai.OpenAiChatDialect;
import io.github.camelllm.wire.openai.OpenAiOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What shipped descriptors say reaches the wire: a request that sets everything, encoded for each provider. */
class ShippedProfilesTest {
    /** Ids that adjustments of several providers match, and one that none does. */
    private static final List<String> MODELS = List.of(
            "some-model",
            "gpt-5-mini",
            "openai/gpt-5",
            "o3",
            "gpt-4o",
            "gpt-4o-search-preview",
            "claude-sonnet-4-5",
            "databricks-claude-sonnet-4-5",
            "kimi-k2.6",
            "deepseek-reasoner",
            "qwen/qwen3-32b",
            "grok-4.3");

    private static final ChatClientCodec OPENAI = new OpenAiChatDialect().chat();

    record Case(ProviderDescriptor provider, String model, WireProfile profile) {
        @Override
        public String toString() {
            return provider.id() + "/" + model;
        }
    }

    static Stream<Case> openAiCases() {
        return ProviderCatalog.builtIn().all().stream()
                .filter(provider -> provider.dialect().equals(OpenAiChatDialect.NAME))
                .flatMap(provider ->
                        MODELS.stream().map(model -> new Case(provider, model, provider.profileFor(model))));
    }

    @Test
    void aPlainProfileSendsAllThatIsChecked() {
        JsonNode body = encode("any", "any", WireProfile.PLAIN);
        for (String member : List.of(
                "max_tokens",
                "temperature",
                "top_p",
                "top_k",
                "n",
                "stop",
                "frequency_penalty",
                "presence_penalty",
                "logit_bias",
                "logprobs",
                "top_logprobs",
                "seed",
                "stream_options",
                "tools",
                "tool_choice",
                "parallel_tool_calls",
                "response_format",
                "verbosity",
                "service_tier",
                "store",
                "metadata",
                "prompt_cache_key",
                "user")) {
            assertThat(body.has(member)).as(member).isTrue();
        }
        assertThat(body.toString()).contains("json_schema", "image_url", "\"name\":\"ada\"", "\"strict\":true");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("openAiCases")
    void leavesOutWhatTheProviderRefuses(Case of) {
        JsonNode body = encode(of.provider().id(), of.model(), of.profile());
        for (String omitted : of.profile().omit()) {
            switch (omitted) {
                case "json_schema":
                    assertThat(body.at("/response_format/type").asText()).isNotEqualTo("json_schema");
                    break;
                case "image":
                    assertThat(body.toString()).doesNotContain("image_url");
                    break;
                case "name":
                    body.get("messages").forEach(message -> assertThat(message.has("name") && !isTool(message))
                            .isFalse());
                    break;
                case "strict":
                    body.get("tools").forEach(tool -> assertThat(
                                    tool.at("/function/strict").isMissingNode())
                            .isTrue());
                    break;
                default:
                    assertThat(body.has(omitted)).as(omitted).isFalse();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("openAiCases")
    void usesTheProvidersNamesRolesAndDefaults(Case of) {
        JsonNode body = encode(of.provider().id(), of.model(), of.profile());
        of.profile().rename().forEach((ours, theirs) -> {
            if (!ours.equals("dimensions")) {
                assertThat(body.has(theirs)).as(theirs).isTrue();
                assertThat(body.has(ours)).as(ours).isEqualTo(ours.equals(theirs));
            }
        });
        Set<String> roles = new TreeSet<>();
        body.get("messages").forEach(message -> roles.add(message.get("role").textValue()));
        of.profile()
                .roles()
                .forEach((ours, theirs) -> assertThat(roles).contains(theirs).doesNotContain(ours));
        of.profile().defaults().forEach((name, value) -> assertThat(body.get(name))
                .isEqualTo(Json.MAPPER.valueToTree(value)));
    }

    @Test
    void modelsOfAnthropicGetNoSamplingParametersTheyRefuse() {
        ProviderDescriptor anthropic = ProviderCatalog.builtIn().get("anthropic");
        WireTarget haiku = new WireTarget(
                "anthropic", "claude-haiku-4-5", anthropic.profileFor("claude-haiku-4-5"), Unsupported.DROP);
        // Of a client of Anthropic, who may send them beside thinking
        JsonNode older = encode(new AnthropicDialect().chat(), haiku.withOwnDialect(true));
        JsonNode newer = encode(new AnthropicDialect().chat(), anthropic, "claude-opus-4-8");
        assertThat(older.has("temperature")).isTrue();
        assertThat(older.at("/thinking/type").asText()).isEqualTo("enabled");
        assertThat(newer.has("temperature") || newer.has("top_p") || newer.has("top_k"))
                .isFalse();
        assertThat(newer.at("/thinking/type").asText()).isEqualTo("adaptive");
    }

    @Test
    void geminiThinksByLevelOrByBudget() {
        ProviderDescriptor gemini = ProviderCatalog.builtIn().get("gemini");
        ChatClientCodec codec = new GeminiDialect().chat();
        assertThat(encode(codec, gemini, "gemini-3.5-flash")
                        .at("/generationConfig/thinkingConfig/thinkingLevel")
                        .asText())
                .isEqualToIgnoringCase("high");
        assertThat(encode(codec, gemini, "gemini-2.5-flash")
                        .at("/generationConfig/thinkingConfig/thinkingBudget")
                        .isNumber())
                .isTrue();
    }

    @Test
    void gemini3GetsASignatureForCallsThatHaveNone() {
        ProviderDescriptor gemini = ProviderCatalog.builtIn().get("gemini");
        assertThat(gemini.profileFor("gemini-3.5-flash").option("missing-signature", ""))
                .isNotEmpty();
        assertThat(gemini.profileFor("gemini-2.5-flash").option("missing-signature", ""))
                .isEmpty();
    }

    @Test
    void descriptorsMaySetEverySwitchOfTheOpenAiDialect() {
        Set<String> switches = Stream.of(OpenAiOptions.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(ShippedProfilesTest::text)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new TreeSet<>(DialectOptions.names("openai-chat"))).isEqualTo(switches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"anthropic", "gemini"})
    void descriptorsMaySetEverySwitchThatACodecReads(String dialect) throws IOException {
        Path sources = Path.of("src/main/java/io/github/camelllm/wire", dialect);
        Pattern read = Pattern.compile("option\\(\\s*\"([a-z.-]+)\"");
        Set<String> switches = new TreeSet<>();
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.collect(Collectors.toList())) {
                Matcher option = read.matcher(Files.readString(file));
                while (option.find()) {
                    switches.add(option.group(1));
                }
            }
        }
        assertThat(switches).hasSizeGreaterThan(3);
        assertThat(DialectOptions.names(dialect)).containsAll(switches);
    }

    private static String text(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isTool(JsonNode message) {
        return message.get("role").textValue().equals("tool");
    }

    private static JsonNode encode(String provider, String model, WireProfile profile) {
        return encode(OPENAI, new WireTarget(provider, model, profile, Unsupported.DROP));
    }

    private static JsonNode encode(ChatClientCodec codec, ProviderDescriptor provider, String model) {
        return encode(codec, new WireTarget(provider.id(), model, provider.profileFor(model), Unsupported.DROP));
    }

    private static JsonNode encode(ChatClientCodec codec, WireTarget target) {
        try {
            return Json.MAPPER.readTree(
                    codec.encode(everything(target.model()), true, target).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChatRequest everything(String model) {
        return ChatRequest.builder(model)
                .message(ChatMessage.System.of("Be brief."))
                .message(ChatMessage.Developer.of("Use metric units."))
                .message(new ChatMessage.User(
                        List.of(
                                ContentPart.Text.of("What is this?"),
                                ContentPart.Media.of(
                                        MediaKind.IMAGE, MediaSource.Inline.of("image/png", new byte[] {1, 2, 3}))),
                        Optional.of("ada")))
                .tools(List.of(new Tool.Function(
                        "look",
                        Optional.of("Looks"),
                        Optional.of("{\"type\":\"object\"}"),
                        Optional.of(true),
                        Optional.empty())))
                .toolChoice(new ToolChoice.Auto())
                .parallelToolCalls(false)
                .responseFormat(ResponseFormat.JsonSchema.of("answer", "{\"type\":\"object\"}"))
                .maxOutputTokens(4_000)
                .temperature(0.5)
                .topP(0.9)
                .topK(20)
                .frequencyPenalty(0.1)
                .presencePenalty(0.2)
                .seed(7)
                .logitBias(Map.of("50256", -100.0))
                .logprobs(true)
                .topLogprobs(2)
                .stop(List.of("END"))
                .n(2)
                .reasoning(ReasoningOptions.of(ReasoningEffort.HIGH))
                .verbosity("low")
                .user("user-7")
                .metadata(Map.of("team", "blue"))
                .serviceTier("default")
                .promptCacheKey("key-1")
                .store(true)
                .build();
    }
}
