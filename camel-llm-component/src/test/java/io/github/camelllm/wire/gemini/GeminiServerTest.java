package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.DIALECT;
import static io.github.camelllm.wire.gemini.GeminiCases.TARGET;
import static io.github.camelllm.wire.gemini.GeminiCases.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.ChatServerCodec.StreamEncoder;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ModelsClientCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiServerTest {
    private static final String PATH = "/v1beta/models/gemini-x:generateContent";

    private static ChatRequest read(String body) {
        return serve(PATH, body).request();
    }

    private static ServedRequest serve(String path, String body) {
        return DIALECT.server().decode(path, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1beta/models/gemini-x:generateContent, gemini-x, false",
        "/v1beta/models/gemini-x:streamGenerateContent?alt=sse, gemini-x, true",
        "/models/odd%20id%3A7:generateContent?key=k, odd id:7, false",
        "/v1beta/tunedModels/my-1:streamGenerateContent, tunedModels/my-1, true",
        "/v1/projects/p/locations/l/publishers/google/models/g:generateContent, g, false"
    })
    void readsModelAndStreamFromThePath(String path, String model, boolean stream) {
        ServedRequest served = serve(path, "{'contents':[]}");
        assertThat(served.request().model()).isEqualTo(model);
        assertThat(served.stream()).isEqualTo(stream);
        assertThat(served.streamUsage()).isTrue();
    }

    @Test
    void readsARequestInSnakeCase() {
        ChatRequest request = read("{'system_instruction':{'parts':[{'text':'Be brief.'}]},"
                + "'contents':[{'parts':[{'text':'hi'},{'inline_data':{'mime_type':'image/png','data':'_-8'}},"
                + "{'file_data':{'file_uri':'gs://b/a.pdf','mime_type':'application/pdf'}}]},"
                + "{'role':'model','parts':[{'function_call':{'name':'f','args':{'x':1}},'thought_signature':'S'}]},"
                + "{'role':'user','parts':[{'function_response':{'name':'f','response':{'result':'ok'}}}]}],"
                + "'tools':[{'function_declarations':[{'name':'f','parameters_json_schema':{'type':'object'}}]}],"
                + "'tool_config':{'function_calling_config':{'mode':'any','allowed_function_names':['f']}},"
                + "'generation_config':{'max_output_tokens':5,'stop_sequences':['x'],'response_mime_type':'application/json',"
                + "'thinking_config':{'thinking_level':'low','include_thoughts':true},'image_config':{'a':1}},"
                + "'cached_content':'c'}");
        assertThat(request.messages())
                .containsExactly(
                        ChatMessage.System.of("Be brief."),
                        ChatMessage.User.of(List.of(
                                ContentPart.Text.of("hi"),
                                ContentPart.Media.of(MediaKind.IMAGE, new MediaSource.Inline("image/png", "/+8=")),
                                ContentPart.Media.of(
                                        MediaKind.DOCUMENT,
                                        new MediaSource.Url("gs://b/a.pdf", Optional.of("application/pdf"))))),
                        ChatMessage.Assistant.of(List.of(new ContentPart.ToolCall(
                                "gemcall_c1_0_0", "f", "{\"x\":1}", false, Optional.of("S"), Optional.empty()))),
                        new ChatMessage.Tool(
                                "gemcall_c1_0_0", Optional.of("f"), List.of(ContentPart.Text.of("ok")), false));
        assertThat(request.tools())
                .containsExactly(new Tool.Function(
                        "f",
                        Optional.empty(),
                        Optional.of("{\"type\":\"object\"}"),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(request.toolChoice()).contains(new ToolChoice.Function("f"));
        assertThat(request.maxOutputTokens()).hasValue(5);
        assertThat(request.stop()).containsExactly("x");
        assertThat(request.responseFormat()).contains(new ResponseFormat.JsonObject());
        assertThat(request.reasoning())
                .contains(
                        new ReasoningOptions(Optional.of(ReasoningEffort.LOW), OptionalInt.empty(), Optional.of(true)));
        assertThat(request.clientMembers().orElseThrow().members())
                .containsOnly(
                        Map.entry("generationConfig", Map.of("image_config", Map.of("a", 1))),
                        Map.entry("cached_content", "c"));
    }

    @Test
    void pairsResultsWithoutIdsByNameAndOrder() {
        ChatRequest request = read("{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f','args':{'n':1}}},"
                + "{'functionCall':{'name':'g'}},{'functionCall':{'name':'f','args':{'n':2}}}]},"
                + "{'role':'function','parts':[{'functionResponse':{'name':'g','response':{'error':'bad'}}},"
                + "{'functionResponse':{'name':'f','response':{'output':1}}},"
                + "{'functionResponse':{'name':'f','response':{'output':2}}},{'text':'more'}]}]}");
        List<ContentPart.ToolCall> calls =
                ((ChatMessage.Assistant) request.messages().get(0)).toolCalls();
        assertThat(request.messages().subList(1, 4))
                .containsExactly(
                        new ChatMessage.Tool(
                                calls.get(1).id(), Optional.of("g"), List.of(ContentPart.Text.of("bad")), true),
                        new ChatMessage.Tool(
                                calls.get(0).id(),
                                Optional.of("f"),
                                List.of(ContentPart.Text.of("{\"output\":1}")),
                                false),
                        new ChatMessage.Tool(
                                calls.get(2).id(),
                                Optional.of("f"),
                                List.of(ContentPart.Text.of("{\"output\":2}")),
                                false));
        assertThat(request.messages().get(4)).isEqualTo(ChatMessage.User.of("more"));
    }

    @Test
    void losesNothingThatTheVocabularyCannotSay() {
        String body = "{'contents':[{'role':'user','parts':["
                + "{'fileData':{'fileUri':'https://youtu.be/x','mimeType':'video/*'},'videoMetadata':{'fps':2}}]},"
                + "{'role':'model','parts':[{'executableCode':{'language':'PYTHON','code':'1'}},"
                + "{'functionCall':{'id':'i','name':'f','args':{},'novel':true}}]},"
                + "{'role':'user','parts':[{'functionResponse':{'id':'i','name':'f','response':{},'willContinue':true}}]}],"
                + "'tools':[{'functionDeclarations':[{'name':'f','behavior':'BLOCKING'}]},{'googleSearch':{},'urlContext':{}}],"
                + "'toolConfig':{'functionCallingConfig':{'mode':'VALIDATED'},'retrievalConfig':{'languageCode':'en'}},"
                + "'generationConfig':{'responseModalities':['TEXT','IMAGE'],'thinkingConfig':{'thinkingBudget':-1},"
                + "'responseMimeType':'text/x.enum','responseSchema':{'type':'STRING','enum':['a']},'mediaResolution':'LOW'},"
                + "'safetySettings':[{'category':'c','threshold':'OFF'}],'labels':{'team':'a'},'novel':[1,null]}";
        JsonNode sent = json(body);
        ChatRequest request = read(body);
        JsonNode again = GeminiCases.encoded(request, GeminiCases.with("labels", "true"));
        assertThat(again).isEqualTo(sent);
    }

    @Test
    void readsAnOpenApiSchemaAsJsonSchema() {
        ChatRequest request = read("{'contents':[],'generationConfig':{'responseMimeType':'application/json',"
                + "'responseSchema':{'type':'OBJECT','title':'City','properties':{'a':{'type':'ARRAY','minItems':'2',"
                + "'items':{'type':'INTEGER','nullable':true}}}}}}");
        ResponseFormat.JsonSchema format =
                (ResponseFormat.JsonSchema) request.responseFormat().orElseThrow();
        assertThat(format.name()).isEqualTo("City");
        assertThat(json(format.schemaJson()))
                .isEqualTo(json("{'type':'object','title':'City','properties':{'a':{'type':'array','minItems':2,"
                        + "'items':{'type':['integer','null']}}}}"));
    }

    @Test
    void readsASpokenAnswersWish() {
        ChatRequest request = read("{'contents':[],'generationConfig':{'responseModalities':['AUDIO'],"
                + "'speechConfig':{'voiceConfig':{'prebuiltVoiceConfig':{'voiceName':'Kore'}}}}}");
        assertThat(request.audio()).contains(new AudioOptions("Kore", "pcm16"));
        assertThat(request.clientMembers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[] | body: expected an object, got array",
                "{'contents':'secret'} | contents: expected an array, got string",
                "{'contents':['secret']} | contents[0]: expected an object, got string",
                "{'contents':[{'role':'secret'}]} | contents[0].role: expected user, model or function, got another word",
                "{'contents':[{'parts':[{}]}]} | contents[0].parts[0]: expected text, inlineData, fileData, functionCall or functionResponse, got none",
                "{'contents':[{'parts':[{'text':7}]}]} | contents[0].parts[0].text: expected a string, got number",
                "{'contents':[{'parts':[{'inlineData':{'data':'secret'}}]}]} | contents[0].parts[0].inlineData.mimeType: expected a string, got nothing",
                "{'contents':[{'parts':[{'functionCall':{'name':'f','args':'secret'}}],'role':'model'}]} | contents[0].parts[0].functionCall.args: expected an object, got string",
                "{'generationConfig':{'temperature':'secret'}} | generationConfig.temperature: expected a number, got string",
                "{'generationConfig':{'topK':1.5}} | generationConfig.topK: expected an integer, got number",
                "{'generationConfig':{'maxOutputTokens':5000000000}} | generationConfig.maxOutputTokens: expected an integer of 32 bits, got number",
                "{'generationConfig':{'maxOutputTokens':-5}} | generationConfig.maxOutputTokens: expected at least 1, got -5",
                "{'generationConfig':{'candidateCount':0}} | generationConfig.candidateCount: expected at least 1, got 0",
                "{'generationConfig':{'stopSequences':[1]}} | generationConfig.stopSequences[0]: expected a string, got number",
                "{'tools':[{'functionDeclarations':[{}]}]} | tools[0].functionDeclarations[0].name: expected a string, got nothing",
                "{'toolConfig':{'functionCallingConfig':{'mode':'secret'}}} | toolConfig.functionCallingConfig.mode: expected AUTO, ANY, NONE or VALIDATED, got another word",
                "{'labels':{'a':1}} | labels.a: expected a string, got number",
                "{'secret | body: invalid JSON at offset 8"
            })
    void saysWhereARequestIsWrongWithoutQuotingIt(String body, String message) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"/v1beta/models", "/v1beta/models/x:embedContent", "/v1beta/models/x:", "''", ":generateContent"})
    void refusesPathsThatAskForNoAnswer(String path) {
        assertThatThrownBy(() -> serve(path, "{'contents':[]}"))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageStartingWith("path: expected ");
    }

    @Test
    void readsSingleObjectsWhereThereMayBeSeveral() {
        assertThat(read("{'contents':{'parts':{'text':'q'}},'systemInstruction':{'parts':{'text':'s'}},"
                        + "'tools':{'functionDeclarations':{'name':'f'}}}"))
                .isEqualTo(read("{'contents':[{'parts':[{'text':'q'}]}],'systemInstruction':{'parts':[{'text':'s'}]},"
                        + "'tools':[{'functionDeclarations':[{'name':'f'}]}]}"));
    }

    @Test
    void putsResultsBeforeWhatIsSaidBesideThem() {
        ChatRequest request = read(
                "{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f','args':{}}}]},"
                        + "{'parts':[{'text':'a'},{'functionResponse':{'name':'f','response':{'result':'1'}}},{'text':'b'}]}]}");

        assertThat(request.messages()).hasSize(3);
        assertThat(request.messages().get(1)).isInstanceOf(ChatMessage.Tool.class);
        assertThat(request.messages().get(2))
                .isEqualTo(ChatMessage.User.of(List.of(ContentPart.Text.of("a"), ContentPart.Text.of("b"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"responseJsonSchema", "_responseJsonSchema", "_response_json_schema"})
    void readsASchemaUnderEachOfItsNames(String name) {
        ChatRequest request = read("{'contents':[],'generationConfig':{'responseMimeType':'application/json','" + name
                + "':{'type':'object'}}}");

        assertThat(request.responseFormat())
                .contains(ResponseFormat.JsonSchema.of("response", "{\"type\":\"object\"}"));
        assertThat(request.extra()).isEmpty();
    }

    private static ServedRequest served(boolean stream) {
        return new ServedRequest(
                ChatRequest.builder("gemini-x")
                        .message(ChatMessage.User.of("hi"))
                        .build(),
                stream,
                true);
    }

    @Test
    void writesAnAnswerAsTheRealServiceDoes() {
        ChatResponse response = new ChatResponse(
                Optional.of("r1"),
                Optional.of("claude-up"),
                Optional.empty(),
                List.of(new Choice(
                        0,
                        ChatMessage.Assistant.of(List.of(
                                ContentPart.Reasoning.of("hm"),
                                new ContentPart.Text(
                                        "a",
                                        List.of(Citation.ofUrl("https://a.example", Optional.of("A"))),
                                        Optional.empty(),
                                        Optional.empty()),
                                new ContentPart.Opaque("anthropic", "x", "{}", Optional.empty()),
                                ContentPart.ToolCall.of("toolu_1", "f", "{\"n\": 1}"))),
                        Optional.of(Finish.of(FinishReason.TOOL_CALLS, "tool_use")),
                        List.of())),
                Optional.of(Usage.builder()
                        .inputTokens(20)
                        .cacheReadInputTokens(5)
                        .outputTokens(9)
                        .reasoningOutputTokens(4)
                        .build()),
                Optional.empty(),
                Map.of("system_fingerprint_of_others", "1"));
        assertThat(json(DIALECT.server().encode(response, served(false))))
                .isEqualTo(json("{'candidates':[{'content':{'parts':[{'text':'hm','thought':true},{'text':'a'},"
                        + "{'functionCall':{'id':'toolu_1','name':'f','args':{'n':1}}}],'role':'model'},"
                        + "'finishReason':'STOP','index':0,"
                        + "'groundingMetadata':{'groundingChunks':[{'web':{'uri':'https://a.example','title':'A'}}]}}],"
                        + "'usageMetadata':{'promptTokenCount':20,'candidatesTokenCount':5,'totalTokenCount':29,"
                        + "'cachedContentTokenCount':5,'thoughtsTokenCount':4},"
                        + "'modelVersion':'claude-up','responseId':'r1'}"));
    }

    @Test
    void writesStreamsAsServerSentEventsWithCrlf() throws IOException {
        StreamEncoder encoder = DIALECT.server().streamEncoder(served(true));
        assertThat(encoder.encode(new StreamEvent.Started(
                        Optional.of("r1"), Optional.of("up"), Optional.empty(), Optional.empty())))
                .isEmpty();
        String first = utf8(encoder.encode(new StreamEvent.TextDelta(0, "a")));
        assertThat(first).startsWith("data: {").endsWith("}\r\n\r\n");
        assertThat(payload(first))
                .isEqualTo(json("{'candidates':[{'content':{'parts':[{'text':'a'}],'role':'model'},'index':0}],"
                        + "'modelVersion':'up','responseId':'r1'}"));
        for (StreamEvent event : List.of(
                new StreamEvent.ToolCallDelta(0, 0, Optional.of("c1"), Optional.of("f"), "{\"a\":", false),
                new StreamEvent.ToolCallDelta(0, 1, Optional.of("c2"), Optional.of("g"), "", false),
                new StreamEvent.ToolCallDelta(0, 0, Optional.empty(), Optional.empty(), "1}", false))) {
            assertThat(encoder.encode(event)).as("%s", event).isEmpty();
        }
        assertThat(payload(utf8(encoder.encode(
                                new StreamEvent.Finished(0, Finish.of(FinishReason.TOOL_CALLS, "tool_calls")))))
                        .path("candidates"))
                .isEqualTo(json("[{'content':{'parts':[{'functionCall':{'id':'c1','name':'f','args':{'a':1}}},"
                        + "{'functionCall':{'id':'c2','name':'g','args':{}}}],'role':'model'},'index':0}]"));
        assertThat(encoder.encode(new StreamEvent.UsageReported(Usage.of(3, 2))))
                .isEmpty();
        assertThat(payload(utf8(encoder.encode(new StreamEvent.Completed()))))
                .isEqualTo(json(
                        "{'candidates':[{'content':{'parts':[{'text':''}],'role':'model'},'finishReason':'STOP','index':0}],"
                                + "'usageMetadata':{'promptTokenCount':3,'candidatesTokenCount':2,'totalTokenCount':5},"
                                + "'modelVersion':'up','responseId':'r1'}"));
    }

    @Test
    void saysTheUsageBesideTheFinishWheneverItBecameKnown() throws IOException {
        StreamEncoder encoder = DIALECT.server().streamEncoder(served(true));
        encoder.encode(new StreamEvent.ToolCallDelta(0, 0, Optional.of("c1"), Optional.of("f"), "{}", false));
        encoder.encode(new StreamEvent.UsageReported(Usage.of(3, 2)));

        JsonNode calls = payload(
                utf8(encoder.encode(new StreamEvent.Finished(0, Finish.of(FinishReason.TOOL_CALLS, "tool_calls")))));
        JsonNode last = payload(utf8(encoder.encode(new StreamEvent.Completed())));

        assertThat(calls.at("/candidates/0/content/parts/0/functionCall/name").asText())
                .isEqualTo("f");
        assertThat(last.at("/candidates/0/finishReason").asText()).isEqualTo("STOP");
        assertThat(last.at("/usageMetadata/totalTokenCount").asInt()).isEqualTo(5);
    }

    @Test
    void reportsAFailureInsideAStream() throws IOException {
        StreamEncoder encoder = DIALECT.server().streamEncoder(served(true));
        encoder.encode(new StreamEvent.TextDelta(0, "a"));
        assertThat(payload(utf8(encoder.error(new LlmUnavailableException(
                        "upstream gone", ErrorDetails.local("p", "m", "gone", true), null)))))
                .isEqualTo(json("{'error':{'code':503,'message':'upstream gone','status':'UNAVAILABLE'}}"));
        LlmContentFilteredException filtered =
                new LlmContentFilteredException("no", ErrorDetails.local("p", "m", "SAFETY", false), null);
        assertThat(payload(utf8(encoder.error(filtered))).at("/error/code").asInt())
                .isEqualTo(400);
        assertThat(payload(utf8(DIALECT.server().streamEncoder(served(true)).error(filtered)))
                        .at("/promptFeedback/blockReason")
                        .asText())
                .isEqualTo("SAFETY");
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static JsonNode payload(String frame) throws IOException {
        return Json.MAPPER.readTree(frame.substring("data: ".length()));
    }

    @Test
    void servesTokenCounts() {
        GeminiTokenCounts client = new GeminiTokenCounts();
        ChatRequest request = ChatRequest.builder("gemini-x")
                .message(ChatMessage.System.of("s"))
                .message(ChatMessage.User.of("u"))
                .build();
        for (String form : List.of("generateContentRequest", "contents")) {
            var encoded = client.encode(request, GeminiCases.with("count-tokens", form));
            assertThat(encoded.path()).isEqualTo("/models/gemini-x:countTokens");
            assertThat(json(encoded.body()).has("generateContentRequest")).isEqualTo(!form.equals("contents"));
            assertThat(DIALECT.server().decode(encoded.path(), encoded.body()).request())
                    .isEqualTo(request);
        }
        assertThat(client.decode(GeminiServerAnswers.tokenCount(31), TARGET)).isEqualTo(31);
    }

    @Test
    void servesEmbeddings() {
        for (String method : List.of("batchEmbedContents", "embedContent")) {
            var codec = DIALECT.embeddings().orElseThrow();
            var target = GeminiCases.with("embeddings", method);
            List<String> inputs = method.equals("embedContent") ? List.of("a") : List.of("a", "b");
            EmbeddingsRequest request = new EmbeddingsRequest(
                    "gemini-embedding-001",
                    inputs,
                    OptionalInt.of(768),
                    Optional.of("RETRIEVAL_QUERY"),
                    Optional.empty(),
                    Map.of("title", "t"));
            var encoded = codec.encode(request, target);
            assertThat(GeminiServerAnswers.isEmbeddings(encoded.path())).isTrue();
            assertThat(GeminiServerAnswers.decodeEmbeddings(encoded.path(), encoded.body()))
                    .isEqualTo(request);
            List<float[]> vectors =
                    inputs.stream().map(input -> new float[] {0.5f, -1.25f}).toList();
            EmbeddingsResponse response = codec.decode(
                    GeminiServerAnswers.embeddings(
                            new EmbeddingsResponse(
                                    Optional.empty(),
                                    vectors,
                                    Optional.of(Usage.builder().inputTokens(3).build())),
                            encoded.path()),
                    inputs.size(),
                    target);
            assertThat(response.vectors()).hasSize(inputs.size()).allMatch(vector -> vector[1] == -1.25f);
            assertThat(response.usage()).contains(Usage.builder().inputTokens(3).build());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'taskType':'RETRIEVAL_DOCUMENT' | 'task_type':'RETRIEVAL_QUERY' | taskType",
                "'outputDimensionality':64 | 'taskType':'RETRIEVAL_QUERY' | outputDimensionality",
                "'title':'T1' | 'title':'T2' | title",
                "'taskType':'RETRIEVAL_QUERY' | 'taskType':'RETRIEVAL_QUERY','autoTruncate':true | autoTruncate"
            })
    void refusesTextsOfOneRequestThatAreToBeEmbeddedInDifferentWays(String first, String second, String differs) {
        String body = ("{'requests':[{'content':{'parts':[{'text':'a'}]}," + first
                        + "},{'content':{'parts':[{'text':'b'}]}," + second + "}]}")
                .replace('\'', '"');
        assertThatThrownBy(() -> GeminiServerAnswers.decodeEmbeddings(
                        "/v1beta/models/e:batchEmbedContents", body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessage("requests[1]." + differs
                        + ": expected the same as in requests[0], got something else; texts that are embedded in other"
                        + " ways need a request of their own");
    }

    @Test
    void servesModels() {
        ModelsClientCodec codec = DIALECT.models().orElseThrow();
        ModelInfo model = new ModelInfo(
                "gemini-x",
                Optional.of("Gemini X"),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(1_048_576),
                OptionalLong.of(65_536));
        ModelsClientCodec.Page page =
                codec.decode(GeminiServerAnswers.models(List.of(model), Optional.of("a/b c")), TARGET);
        assertThat(page.models()).containsExactly(model);
        assertThat(page.nextPageToken()).contains("a/b c");
        assertThat(codec.encode(page.nextPageToken(), TARGET).path())
                .isEqualTo("/models?pageSize=1000&pageToken=a/b%20c");
        assertThat(codec.encode(Optional.empty(), TARGET).path()).isEqualTo("/models?pageSize=1000");
    }
}
