package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.DIALECT;
import static io.github.camelllm.wire.gemini.GeminiCases.TARGET;
import static io.github.camelllm.wire.gemini.GeminiCases.encoded;
import static io.github.camelllm.wire.gemini.GeminiCases.json;
import static io.github.camelllm.wire.gemini.GeminiCases.omitting;
import static io.github.camelllm.wire.gemini.GeminiCases.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiRequestTest {
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}";

    private static ChatRequest.Builder ask() {
        return ChatRequest.builder("gemini-3-flash").message(ChatMessage.User.of("hi"));
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-3, /models/gemini-3:generateContent",
        "models/gemini-3, /models/gemini-3:generateContent",
        "tunedModels/my-1, /tunedModels/my-1:generateContent",
        "publishers/google/models/g, /publishers/google/models/g:generateContent",
        "odd id:7%, /models/odd%20id%3A7%25:generateContent",
        "größe, /models/gr%C3%B6%C3%9Fe:generateContent",
        "'a?b#c', /models/a%3Fb%23c:generateContent"
    })
    void putsTheModelIntoThePath(String model, String path) {
        ChatRequest request = ask().model(model).build();
        assertThat(DIALECT.chat().encode(request, false, TARGET).path()).isEqualTo(path);
    }

    @Test
    void asksForAStreamByThePath() {
        assertThat(DIALECT.chat().encode(ask().build(), true, TARGET).path())
                .isEqualTo("/models/gemini-3-flash:streamGenerateContent?alt=sse");
        assertThat(DIALECT.chat()
                        .encode(ask().build(), true, with("model-path-prefix", "publishers/google/models/"))
                        .path())
                .isEqualTo("/publishers/google/models/gemini-3-flash:streamGenerateContent?alt=sse");
    }

    @Test
    void writesAPlainQuestion() {
        ChatRequest request = ChatRequest.builder("m")
                .message(ChatMessage.System.of("Be brief."))
                .message(ChatMessage.Developer.of("Be kind."))
                .message(ChatMessage.User.of("größer — 日本 🐪"))
                .build();
        assertThat(encoded(request, TARGET))
                .isEqualTo(json("{'systemInstruction':{'parts':[{'text':'Be brief.'},{'text':'Be kind.'}]},"
                        + "'contents':[{'role':'user','parts':[{'text':'größer — 日本 🐪'}]}]}"));
    }

    @Test
    void joinsNeighboursOfOneRoleAndSaysLaterSystemMessagesAsUser() {
        ChatRequest request = ChatRequest.builder("m")
                .message(ChatMessage.User.of("a"))
                .message(ChatMessage.User.of("b"))
                .message(ChatMessage.Assistant.of("c"))
                .message(ChatMessage.Assistant.of(List.of()))
                .message(ChatMessage.System.of("d"))
                .message(ChatMessage.User.of("e"))
                .build();
        assertThat(encoded(request, TARGET).path("contents"))
                .isEqualTo(json("[{'role':'user','parts':[{'text':'a'},{'text':'b'}]},"
                        + "{'role':'model','parts':[{'text':'c'}]},"
                        + "{'role':'user','parts':[{'text':'d'},{'text':'e'}]}]"));
        JsonNode first = encoded(request, with("mid-system", "first"));
        assertThat(first.path("systemInstruction")).isEqualTo(json("{'parts':[{'text':'d'}]}"));
        assertThat(first.path("contents").path(2)).isEqualTo(json("{'role':'user','parts':[{'text':'e'}]}"));
    }

    @Test
    void saysInstructionsAsUserWhereTheModelTakesNone() {
        ChatRequest request = ask().messages(List.of(ChatMessage.System.of("s"), ChatMessage.User.of("u")))
                .build();
        assertThat(encoded(request, omitting("systemInstruction")))
                .isEqualTo(json("{'contents':[{'role':'user','parts':[{'text':'s'},{'text':'u'}]}]}"));
    }

    @Test
    void writesEveryOptionOfGenerationConfig() {
        ChatRequest request = ask().temperature(0.2)
                .topP(0.9)
                .topK(40)
                .n(2)
                .maxOutputTokens(512)
                .stop(List.of("END", "STOP"))
                .frequencyPenalty(0.5)
                .presencePenalty(-0.5)
                .seed(7)
                .logprobs(true)
                .topLogprobs(3)
                .serviceTier("flex")
                .store(false)
                .parallelToolCalls(true)
                .build();
        EncodedRequest encoded = DIALECT.chat().encode(request, false, TARGET);
        assertThat(encoded.dropped()).isEmpty();
        JsonNode body = encoded(request, TARGET);
        assertThat(body.path("generationConfig"))
                .isEqualTo(json("{'temperature':0.2,'topP':0.9,'topK':40,'candidateCount':2,'maxOutputTokens':512,"
                        + "'stopSequences':['END','STOP'],'frequencyPenalty':0.5,'presencePenalty':-0.5,'seed':7,"
                        + "'responseLogprobs':true,'logprobs':3}"));
        assertThat(body.path("serviceTier").asText()).isEqualTo("flex");
        assertThat(body.path("store").asBoolean(true)).isFalse();
    }

    @Test
    void dropsTheKnobsThatTheDialectLacks() {
        ChatRequest request = ask().messages(List.of(new ChatMessage.User(
                        List.of(
                                ContentPart.Text.of("hi").withCache(CacheHint.DEFAULT),
                                new ContentPart.Media(
                                        MediaKind.IMAGE,
                                        new MediaSource.Inline("image/png", "AAAA"),
                                        Optional.of("cat.png"),
                                        Optional.of("low"),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty())),
                        Optional.of("anna"))))
                .logitBias(Map.of("1", 2.0))
                .parallelToolCalls(false)
                .verbosity("low")
                .user("u1")
                .promptCacheKey("k")
                .metadata(Map.of("team", "a"))
                .seed(1L << 40)
                .tools(List.of(new Tool.Function(
                        "f", Optional.empty(), Optional.empty(), Optional.of(true), Optional.of(CacheHint.DEFAULT))))
                .audio(new AudioOptions("Kore", "mp3"))
                .build();
        assertThat(DIALECT.chat().encode(request, false, TARGET).dropped())
                .containsExactlyInAnyOrder(
                        "name",
                        "cache",
                        "detail",
                        "strict",
                        "metadata",
                        "logitBias",
                        "parallelToolCalls",
                        "verbosity",
                        "user",
                        "promptCacheKey",
                        "seed",
                        "audio.format");
        assertThatThrownBy(() -> DIALECT.chat().encode(request, false, TARGET.withUnsupported(Unsupported.ERROR)))
                .isInstanceOf(LlmInvalidRequestException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "temperature, temperature",
        "topP, topP",
        "topK, topK",
        "maxOutputTokens, maxOutputTokens",
        "frequencyPenalty, frequencyPenalty",
        "presencePenalty, presencePenalty",
        "seed, seed",
        "responseLogprobs, logprobs",
        "logprobs, topLogprobs",
        "thinkingConfig, reasoning",
        "serviceTier, serviceTier",
        "store, store"
    })
    void dropsKnobsThatTheProviderOmits(String member, String option) {
        ChatRequest request = everything();
        EncodedRequest encoded = DIALECT.chat().encode(request, false, omitting(member));
        assertThat(encoded.dropped()).containsExactly(option);
        JsonNode body = encoded(request, omitting(member));
        assertThat(body.has(member) || body.path("generationConfig").has(member))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "candidateCount, n",
        "stopSequences, stop",
        "tools, tools",
        "functionDeclarations, tools",
        "toolConfig, toolChoice",
        "functionCallingConfig, toolChoice",
        "responseMimeType, responseFormat",
        "json_schema, responseFormat",
        "responseModalities, audio",
        "speechConfig, audio",
        "image, image"
    })
    void refusesWhatTheProviderOmitsAndTheQuestionNeeds(String member, String option) {
        assertThatThrownBy(() -> DIALECT.chat().encode(everything(), false, omitting(member)))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'" + option + "'");
        EncodedRequest warned =
                DIALECT.chat().encode(everything(), false, omitting(member).withUnsupported(Unsupported.WARN));
        assertThat(warned.dropped()).containsExactly(option);
    }

    private static ChatRequest everything() {
        return ask().message(ChatMessage.User.of(
                        List.of(ContentPart.Media.of(MediaKind.IMAGE, new MediaSource.Inline("image/png", "AAAA")))))
                .temperature(1)
                .topP(1)
                .topK(1)
                .n(1)
                .maxOutputTokens(1)
                .stop(List.of("a"))
                .frequencyPenalty(1)
                .presencePenalty(1)
                .seed(1)
                .logprobs(true)
                .topLogprobs(1)
                .reasoning(ReasoningOptions.of(ReasoningEffort.LOW))
                .responseFormat(ResponseFormat.JsonSchema.of("s", SCHEMA))
                .tools(List.of(Tool.Function.of("f", "d", SCHEMA)))
                .toolChoice(new ToolChoice.Required())
                .audio(new AudioOptions("Kore", "pcm16"))
                .serviceTier("flex")
                .store(true)
                .build();
    }

    @Test
    void refusesASixthStopSequence() {
        ChatRequest request = ask().stop(List.of("1", "2", "3", "4", "5", "6")).build();
        assertThatThrownBy(() -> DIALECT.chat().encode(request, false, TARGET))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessage("google/gemini-test: stop has 6 sequences, at most 5 are taken; nothing was sent");
    }

    @Test
    void sendsMetadataAsLabelsWhereTheProviderTakesThem() {
        ChatRequest request = ask().metadata(Map.of("team", "a")).build();
        EncodedRequest encoded = DIALECT.chat().encode(request, false, with("labels", "true"));
        assertThat(encoded.dropped()).isEmpty();
        assertThat(encoded(request, with("labels", "true")).path("labels")).isEqualTo(json("{'team':'a'}"));
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-3-flash, auto, LOW, , {'thinkingLevel':'LOW'}",
        "gemini-3-flash, auto, NONE, , {'thinkingLevel':'MINIMAL'}",
        "gemini-3-flash, auto, MAX, , {'thinkingLevel':'HIGH'}",
        "gemini-3-flash, auto, , 700, {'thinkingBudget':700}",
        "gemini-3-flash, auto, MEDIUM, 700, {'thinkingLevel':'MEDIUM'}",
        "gemini-2.5-pro, auto, NONE, , {'thinkingBudget':0}",
        "gemini-2.5-pro, auto, HIGH, , {'thinkingBudget':24576}",
        "models/gemini-2.5-pro, auto, MINIMAL, , {'thinkingBudget':512}",
        "gemini-2.5-pro, auto, LOW, 700, {'thinkingBudget':700}",
        "gemini-2.5-pro, level, LOW, , {'thinkingLevel':'LOW'}",
        "gemini-3-flash, budget, LOW, , {'thinkingBudget':1024}"
    })
    void asksForThinkingAsTheModelTakesIt(
            String model, String option, ReasoningEffort effort, Integer budget, String expected) {
        ChatRequest request = ask().model(model)
                .reasoning(new ReasoningOptions(
                        Optional.ofNullable(effort),
                        budget == null ? OptionalInt.empty() : OptionalInt.of(budget),
                        Optional.empty()))
                .build();
        assertThat(encoded(request, with("thinking", option)).at("/generationConfig/thinkingConfig"))
                .isEqualTo(json(expected));
    }

    @Test
    void budgetBesideAnEffortIsLeftOutWhereTheModelTakesALevel() {
        ChatRequest request = ask().model("gemini-3-flash")
                .reasoning(
                        new ReasoningOptions(Optional.of(ReasoningEffort.LOW), OptionalInt.of(700), Optional.empty()))
                .build();
        assertThat(DIALECT.chat().encode(request, false, TARGET).dropped()).containsExactly("reasoning");
    }

    @Test
    void asksForThoughtsAndDropsThinkingWhereThereIsNone() {
        ChatRequest request = ask().reasoning(
                        new ReasoningOptions(Optional.empty(), OptionalInt.empty(), Optional.of(true)))
                .build();
        assertThat(encoded(request, TARGET).path("generationConfig"))
                .isEqualTo(json("{'thinkingConfig':{'includeThoughts':true}}"));
        EncodedRequest none = DIALECT.chat().encode(request, false, with("thinking", "none"));
        assertThat(none.dropped()).containsExactly("reasoning");
    }

    @Test
    void writesToolsAndChoice() {
        ChatRequest request = ask().tools(List.of(
                        new Tool.Native("gemini", "{\"googleSearch\":{}}"),
                        Tool.Function.of("w", "weather", SCHEMA),
                        new Tool.Native("gemini", "{\"codeExecution\":{}}"),
                        new Tool.Function(
                                "n", Optional.empty(), Optional.empty(), Optional.of(false), Optional.empty())))
                .toolChoice(new ToolChoice.Function("w"))
                .build();
        JsonNode body = encoded(request, TARGET);
        assertThat(body.path("tools"))
                .isEqualTo(json("[{'googleSearch':{}},{'functionDeclarations':[{'name':'w','description':'weather',"
                        + "'parametersJsonSchema':" + SCHEMA + "},{'name':'n'}]},{'codeExecution':{}}]"));
        assertThat(body.path("toolConfig"))
                .isEqualTo(json("{'functionCallingConfig':{'mode':'ANY','allowedFunctionNames':['w']}}"));
        assertThat(encoded(request, with("tool-schema-field", "parameters"))
                        .at("/tools/1/functionDeclarations/0/parameters"))
                .isEqualTo(json("{'type':'OBJECT','properties':{'a':{'type':'STRING'}}}"));
    }

    @Test
    void writesEveryToolChoice() {
        assertThat(mode(new ToolChoice.Auto())).isEqualTo(json("{'mode':'AUTO'}"));
        assertThat(mode(new ToolChoice.None())).isEqualTo(json("{'mode':'NONE'}"));
        assertThat(mode(new ToolChoice.Required())).isEqualTo(json("{'mode':'ANY'}"));
        assertThat(mode(new ToolChoice.Allowed(List.of("a", "b"), true)))
                .isEqualTo(json("{'mode':'ANY','allowedFunctionNames':['a','b']}"));
        assertThat(mode(new ToolChoice.Allowed(List.of("a"), false)))
                .isEqualTo(json("{'mode':'VALIDATED','allowedFunctionNames':['a']}"));
    }

    private static JsonNode mode(ToolChoice choice) {
        return encoded(ask().toolChoice(choice).build(), TARGET).at("/toolConfig/functionCallingConfig");
    }

    @Test
    void refusesNativeToolsOfOthersAndSchemasThatAreNone() {
        for (Tool tool : List.of(
                new Tool.Native("anthropic", "{\"type\":\"web_search\"}"),
                new Tool.Native("gemini", "[]"),
                Tool.Function.of("f", "d", "{\"secret\":"))) {
            ChatRequest request = ask().tools(List.of(tool)).build();
            assertThatThrownBy(() -> DIALECT.chat().encode(request, false, TARGET))
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessageContaining("tools")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void writesFormats() {
        assertThat(config(new ResponseFormat.JsonObject(), TARGET))
                .isEqualTo(json("{'responseMimeType':'application/json'}"));
        assertThat(config(new ResponseFormat.Text(), TARGET).isMissingNode()).isTrue();
        assertThat(config(ResponseFormat.JsonSchema.of("s", SCHEMA), TARGET))
                .isEqualTo(json("{'responseMimeType':'application/json','responseJsonSchema':" + SCHEMA + "}"));
        assertThat(config(
                        new ResponseFormat.JsonSchema("s", SCHEMA, Optional.of("what it is"), Optional.of(true)),
                        with("schema-field", "responseSchema")))
                .isEqualTo(json("{'responseMimeType':'application/json','responseSchema':{'type':'OBJECT',"
                        + "'description':'what it is','properties':{'a':{'type':'STRING'}}}}"));
        String recursive = "{\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":{\"l\":{\"$ref\":\"#/$defs/n\"},"
                + "\"r\":{\"$ref\":\"#/$defs/n\"}}}},\"$ref\":\"#/$defs/n\"}";
        assertThatThrownBy(() ->
                        config(ResponseFormat.JsonSchema.of("s", recursive), with("schema-field", "responseSchema")))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'responseFormat'");
    }

    private static JsonNode config(ResponseFormat format, WireTarget target) {
        return encoded(ask().responseFormat(format).build(), target).path("generationConfig");
    }

    @Test
    void writesMediaFromWhereverItIs() {
        ChatRequest request = ask().messages(List.of(ChatMessage.User.of(List.of(
                        ContentPart.Media.of(MediaKind.IMAGE, new MediaSource.Inline("image/png", "AAAA")),
                        ContentPart.Media.of(
                                MediaKind.VIDEO, new MediaSource.Url("gs://b/v.mp4", Optional.of("video/mp4"))),
                        ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("https://x.example/a.png")),
                        ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("data:image/gif;base64,R0lG")),
                        ContentPart.Media.of(
                                MediaKind.DOCUMENT,
                                new MediaSource.FileId("files/abc", Optional.of("application/pdf")))))))
                .build();
        assertThat(encoded(request, TARGET).at("/contents/0/parts"))
                .isEqualTo(json("[{'inlineData':{'mimeType':'image/png','data':'AAAA'}},"
                        + "{'fileData':{'mimeType':'video/mp4','fileUri':'gs://b/v.mp4'}},"
                        + "{'fileData':{'fileUri':'https://x.example/a.png'}},"
                        + "{'inlineData':{'mimeType':'image/gif','data':'R0lG'}},"
                        + "{'fileData':{'mimeType':'application/pdf',"
                        + "'fileUri':'https://generativelanguage.googleapis.com/v1beta/files/abc'}}]"));
    }

    @Test
    void writesDetailAndNameWhereTheProviderTakesThem() {
        ContentPart image = new ContentPart.Media(
                MediaKind.IMAGE,
                new MediaSource.Inline("image/png", "AAAA"),
                Optional.of("cat.png"),
                Optional.of("high"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        WireProfile profile = new WireProfile(
                Set.of(), Map.of(), Map.of(), Map.of(), Map.of("media-resolution", "part", "display-names", "true"));
        ChatRequest request =
                ask().messages(List.of(ChatMessage.User.of(List.of(image)))).build();
        WireTarget target = TARGET.withProfile(profile).withUnsupported(Unsupported.ERROR);
        assertThat(encoded(request, target).at("/contents/0/parts/0"))
                .isEqualTo(json("{'inlineData':{'mimeType':'image/png','data':'AAAA','displayName':'cat.png'},"
                        + "'mediaResolution':{'level':'MEDIA_RESOLUTION_HIGH'}}"));
    }

    @Test
    void refusesOpaquePartsOfOthersInAQuestion() {
        ChatRequest request = ask().messages(List.of(ChatMessage.User.of(
                        List.of(new ContentPart.Opaque("anthropic", "search_result", "{}", Optional.empty())))))
                .build();
        assertThatThrownBy(() -> DIALECT.chat().encode(request, false, TARGET))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'messages'");
    }

    @Test
    void asksForASpokenAnswer() {
        ChatRequest request = ask().audio(new AudioOptions("Kore", "pcm16")).build();
        assertThat(encoded(request, TARGET.withUnsupported(Unsupported.ERROR)).path("generationConfig"))
                .isEqualTo(json("{'responseModalities':['AUDIO'],"
                        + "'speechConfig':{'voiceConfig':{'prebuiltVoiceConfig':{'voiceName':'Kore'}}}}"));
    }

    @Test
    void mergesExtraOverTheBodyAndDefaultsUnderIt() {
        WireProfile profile = new WireProfile(
                Set.of(),
                Map.of(),
                Map.of(
                        "generationConfig", Map.of("temperature", 0.1, "topK", 5),
                        "safetySettings", List.of(Map.of("category", "c"))),
                Map.of(),
                Map.of());
        ChatRequest request = ask().temperature(0.7)
                .maxOutputTokens(10)
                .extra(Map.of(
                        "generationConfig",
                        Map.of("maxOutputTokens", 20, "imageConfig", Map.of("aspectRatio", "1:1")),
                        "cachedContent",
                        "cachedContents/x"))
                .build();
        JsonNode body = encoded(request, TARGET.withProfile(profile));
        assertThat(body.path("generationConfig"))
                .isEqualTo(
                        json("{'temperature':0.7,'topK':5,'maxOutputTokens':20,'imageConfig':{'aspectRatio':'1:1'}}"));
        assertThat(body.path("safetySettings")).isEqualTo(json("[{'category':'c'}]"));
        assertThat(body.path("cachedContent").asText()).isEqualTo("cachedContents/x");
        assertThat(body.path("contents")).hasSize(1);
    }

    @Test
    void renamesMembersAndRoles() {
        WireProfile profile = new WireProfile(
                Set.of(),
                Map.of("maxOutputTokens", "maxTokens", "systemInstruction", "instruction"),
                Map.of(),
                Map.of("model", "assistant"),
                Map.of());
        ChatRequest request = ChatRequest.builder("m")
                .message(ChatMessage.System.of("s"))
                .message(ChatMessage.User.of("u"))
                .message(ChatMessage.Assistant.of("a"))
                .maxOutputTokens(5)
                .build();
        JsonNode body = encoded(request, TARGET.withProfile(profile));
        assertThat(body.at("/generationConfig/maxTokens").asInt()).isEqualTo(5);
        assertThat(body.at("/instruction/parts/0/text").asText()).isEqualTo("s");
        assertThat(body.at("/contents/1/role").asText()).isEqualTo("assistant");
    }
}
