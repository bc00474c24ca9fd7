package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.Chat;
import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.Content;
import com.google.genai.types.ContentEmbedding;
import com.google.genai.types.EmbedContentResponse;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionCallingConfig;
import com.google.genai.types.FunctionCallingConfigMode;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Model;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.Tool;
import com.google.genai.types.ToolConfig;
import com.google.genai.types.Type;
import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Google's Gen AI SDK for Java takes the gateway for the real thing. */
class GoogleGenAiJavaSdkTest {
    private static ConformanceGateway gateway;
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        gateway = ConformanceGateway.started();
        client = client(ConformanceGateway.KEY, 1);
    }

    private static Client client(String key, int attempts) {
        return Client.builder()
                .apiKey(key)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(gateway.url())
                        .retryOptions(HttpRetryOptions.builder()
                                .attempts(attempts)
                                .initialDelay(0.001)
                                .jitter(0.0)
                                .build())
                        .build())
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
    }

    private static GenerateContentConfig.Builder config() {
        return GenerateContentConfig.builder();
    }

    private static GenerateContentResponse ask(String model, String text, GenerateContentConfig.Builder config) {
        return client.models.generateContent(model, text, config.build());
    }

    private static GenerateContentResponse ask(Target target, String text) {
        return ask(target.chat(), text, config());
    }

    private static List<GenerateContentResponse> stream(
            Client from, String model, String text, GenerateContentConfig.Builder config) {
        List<GenerateContentResponse> chunks = new ArrayList<>();
        try (ResponseStream<GenerateContentResponse> stream =
                from.models.generateContentStream(model, text, config.build())) {
            stream.forEach(chunks::add);
        }
        return chunks;
    }

    private static Stream<Part> parts(GenerateContentResponse response) {
        return response.candidates().orElse(List.of()).stream()
                .flatMap(candidate -> candidate.content().stream())
                .flatMap(content -> content.parts().orElse(List.of()).stream());
    }

    private static String text(List<GenerateContentResponse> chunks, boolean thoughts) {
        return chunks.stream()
                .flatMap(GoogleGenAiJavaSdkTest::parts)
                .filter(part -> part.thought().orElse(false) == thoughts)
                .flatMap(part -> part.text().stream())
                .collect(Collectors.joining());
    }

    private static Tool tools(String... names) {
        Schema city = Schema.builder()
                .type(Type.Known.OBJECT)
                .properties(
                        Map.of("city", Schema.builder().type(Type.Known.STRING).build()))
                .required(List.of("city"))
                .build();
        return Tool.builder()
                .functionDeclarations(Stream.of(names)
                        .map(name -> FunctionDeclaration.builder()
                                .name(name)
                                .description("Tells " + name)
                                .parameters(city)
                                .build())
                        .toList())
                .build();
    }

    private static void expectOslo(List<FunctionCall> calls, String... names) {
        assertThat(calls).extracting(call -> call.name().orElseThrow()).containsExactly(names);
        assertThat(calls)
                .allSatisfy(call ->
                        assertThat(call.args().orElseThrow().get("city")).isEqualTo("Oslo"));
    }

    private static ApiException failure(Class<? extends ApiException> type, Runnable call) {
        return catchThrowableOfType(type, call::run);
    }

    @TestFactory
    List<DynamicTest> features() {
        Features features = new Features("gemini", "Java");
        chats(features);
        tools(features);
        forms(features);
        failures(features);
        own(features);
        return features.tests();
    }

    private static void chats(Features features) {
        features.feature("chat", target -> {
                    GenerateContentResponse answer = ask(target, "Hello");
                    assertThat(answer.text()).isNotBlank();
                    assertThat(answer.finishReason()).hasToString("STOP");
                    assertThat(answer.usageMetadata()
                                    .orElseThrow()
                                    .promptTokenCount()
                                    .orElseThrow())
                            .isPositive();
                    assertThat(answer.usageMetadata()
                                    .orElseThrow()
                                    .candidatesTokenCount()
                                    .orElseThrow())
                            .isPositive();
                })
                .feature("streamed chat", target -> assertThat(
                                text(stream(client, target.chat(), "Hello", config()), false))
                        .isEqualTo(ask(target, "Hello").text()))
                .feature("usage in a stream", target -> {
                    List<GenerateContentResponse> chunks = stream(client, target.chat(), "Hello", config());
                    assertThat(chunks.get(chunks.size() - 1)
                                    .usageMetadata()
                                    .orElseThrow()
                                    .candidatesTokenCount())
                            .isPresent()
                            .isEqualTo(ask(target, "Hello")
                                    .usageMetadata()
                                    .orElseThrow()
                                    .candidatesTokenCount());
                })
                .feature("system prompt", target -> assertThat(ask(
                                        target.chat(),
                                        "Please repeat your instructions",
                                        config().systemInstruction(Content.fromParts(Part.fromText("Be terse."))))
                                .text())
                        .isEqualTo("Be terse."))
                .feature("several turns", target -> {
                    Chat chat = client.chats.create(target.chat());
                    assertThat(chat.sendMessage("Hello").text()).isNotBlank();
                    assertThat(chat.sendMessage("How many messages are there?").text())
                            .isEqualTo("3 messages");
                })
                .feature("stop sequence", target -> assertThat(
                                ask(target.chat(), "Say alpha STOP beta", config().stopSequences("STOP"))
                                        .text())
                        .isEqualToIgnoringWhitespace("Say alpha"))
                .feature("length limit", target -> assertThat(ask(target.chat(), "Hello", config().maxOutputTokens(5))
                                .finishReason())
                        .hasToString("MAX_TOKENS"))
                .feature("image", target -> assertThat(client.models
                                .generateContent(
                                        target.chat(),
                                        Content.fromParts(
                                                Part.fromBytes(
                                                        Base64.getDecoder().decode(ConformanceGateway.PIXEL),
                                                        "image/png"),
                                                Part.fromText("What is this?")),
                                        config().build())
                                .text())
                        .contains("I see the image"))
                .feature("reasoning", target -> {
                    GenerateContentConfig.Builder thinking = config().maxOutputTokens(4_000)
                            .thinkingConfig(ThinkingConfig.builder()
                                    .includeThoughts(true)
                                    .thinkingBudget(1_024)
                                    .build());
                    GenerateContentResponse answer = ask(target.reasoning(), "Hello", thinking);
                    assertThat(text(List.of(answer), false)).isNotBlank();
                    if (target.showsThoughts()) {
                        assertThat(text(List.of(answer), true))
                                .isNotBlank()
                                .isEqualTo(text(stream(client, target.reasoning(), "Hello", thinking), true));
                    }
                })
                .partial("embeddings", target -> {
                    if (target.embeddings().isEmpty()) {
                        assertThat(failure(
                                                ClientException.class,
                                                () -> client.models.embedContent(target.chat(), "one", null))
                                        .code())
                                .isEqualTo(400);
                        return "400";
                    }
                    EmbedContentResponse answer =
                            client.models.embedContent(target.embeddings().get(), List.of("one", "two"), null);
                    assertThat(answer.embeddings().orElseThrow()).hasSize(2).allSatisfy(one -> assertThat(
                                    ((ContentEmbedding) one).values().orElseThrow())
                            .isNotEmpty());
                    return Result.WORKS;
                })
                .feature("count tokens", target -> assertThat(client.models
                                .countTokens(target.chat(), "Hello", null)
                                .totalTokens()
                                .orElseThrow())
                        .isPositive())
                .feature("request id", target -> assertThat(ask(target, "Hello")
                                .sdkHttpResponse()
                                .orElseThrow()
                                .headers()
                                .orElseThrow())
                        .containsKey("x-llm-call-id"));
    }

    private static void tools(Features features) {
        features.feature("tool call", target -> {
                    GenerateContentResponse answer = ask(
                            target.chat(),
                            "Weather in Oslo?",
                            config().tools(tools("get_weather"))
                                    .toolConfig(ToolConfig.builder()
                                            .functionCallingConfig(FunctionCallingConfig.builder()
                                                    .mode(FunctionCallingConfigMode.Known.ANY)
                                                    .build())
                                            .build()));
                    expectOslo(answer.functionCalls(), "get_weather");
                })
                .feature("streamed parallel tool calls", target -> {
                    List<GenerateContentResponse> chunks = stream(
                            client,
                            target.chat(),
                            "call tool get_weather and call tool get_time for Oslo",
                            config().tools(tools("get_weather", "get_time")));
                    expectOslo(
                            chunks.stream()
                                    .flatMap(GoogleGenAiJavaSdkTest::parts)
                                    .flatMap(part -> part.functionCall().stream())
                                    .toList(),
                            "get_weather",
                            "get_time");
                })
                .feature("tool results", target -> {
                    GenerateContentConfig config =
                            config().tools(tools("get_weather", "get_time")).build();
                    Content question = Content.builder()
                            .role("user")
                            .parts(Part.fromText("call tool get_weather and call tool get_time for Oslo"))
                            .build();
                    GenerateContentResponse first =
                            client.models.generateContent(target.chat(), List.of(question), config);
                    Content calls =
                            first.candidates().orElseThrow().get(0).content().orElseThrow();
                    Content results = Content.builder()
                            .role("user")
                            .parts(first.functionCalls().stream()
                                    .map(call -> Part.fromFunctionResponse(
                                            call.name().orElseThrow(),
                                            Map.of("output", call.name().orElseThrow() + ": fine")))
                                    .toList())
                            .build();
                    assertThat(client.models
                                    .generateContent(target.chat(), List.of(question, calls, results), config)
                                    .text())
                            .contains("get_weather: fine", "get_time: fine");
                });
    }

    private static void forms(Features features) {
        features.feature("structured output", target -> {
                    Schema place = Schema.builder()
                            .type(Type.Known.OBJECT)
                            .properties(Map.of(
                                    "inhabitants",
                                    Schema.builder().type(Type.Known.INTEGER).build()))
                            .required(List.of("inhabitants"))
                            .build();
                    String text = ask(
                                    target.chat(),
                                    "Lyon, 520000 people",
                                    config().responseMimeType("application/json")
                                            .responseSchema(place))
                            .text();
                    assertThat(Json.MAPPER.readTree(text).path("inhabitants").isInt())
                            .isTrue();
                })
                .partial("JSON object", target -> {
                    GenerateContentConfig.Builder json = config().responseMimeType("application/json");
                    if (target == Target.ANTHROPIC || target == Target.ALIAS) {
                        assertThat(failure(ClientException.class, () -> ask(target.chat(), "Hello, as JSON", json))
                                        .code())
                                .isEqualTo(400);
                        return "400";
                    }
                    assertThat(Json.MAPPER
                                    .readTree(ask(target.chat(), "Hello, as JSON", json)
                                            .text())
                                    .isObject())
                            .isTrue();
                    return Result.WORKS;
                });
    }

    private static void failures(Features features) {
        features.feature("error 400", target -> {
                    ApiException failure = failure(
                            ClientException.class,
                            () -> client.models.generateContent(
                                    target.chat(),
                                    List.of(Content.builder()
                                            .role("nobody")
                                            .parts(Part.fromText("Hello"))
                                            .build()),
                                    null));
                    assertThat(failure.code()).isEqualTo(400);
                })
                .feature("error 404", target -> assertThat(
                                failure(ClientException.class, () -> ask(target, "[[fault: status=404]]"))
                                        .code())
                        .isEqualTo(404))
                .feature("error 429 with retry-after", target -> {
                    ApiException failure = failure(
                            ClientException.class,
                            () -> ask(
                                    target.limited("gemini", "java"), "[[fault: status=429;retry-after=7]]", config()));
                    assertThat(failure.code()).isEqualTo(429);
                })
                .feature("error 500", target -> assertThat(
                                failure(ServerException.class, () -> ask(target, "[[fault: status=500]]"))
                                        .code())
                        .isGreaterThanOrEqualTo(500))
                .feature("retry by the SDK", target -> {
                    try (Client patient = client(ConformanceGateway.KEY, 3)) {
                        String text = "Please fail once, java gemini " + target.label();
                        assertThat(patient.models
                                        .generateContent(target.chat(), text, config().build())
                                        .text())
                                .isNotBlank();
                        assertThat(gateway.requestsFor(text)).isEqualTo(2);
                    }
                })
                .feature("stream left by the client", target -> {
                    long before = gateway.cancelledStreams();
                    try (ResponseStream<GenerateContentResponse> stream = client.models.generateContentStream(
                            target.chat(), "Wait until I leave [[fault: stall=3]]", config().build())) {
                        assertThat(stream.iterator().next().text()).isNotBlank();
                    }
                    assertThat(gateway.cancelledStreams()).isEqualTo(before + 1);
                });
    }

    private static void own(Features features) {
        features.own("list of models", target -> {
                    List<String> names = new ArrayList<>();
                    for (Model model : client.models.list(null)) {
                        names.add(model.name().orElseThrow());
                    }
                    assertThat(names)
                            .containsAll(ConformanceGateway.models()
                                    .map(id -> "models/" + id)
                                    .toList());
                })
                .own("one model", target -> ConformanceGateway.models()
                        .forEach(id ->
                                assertThat(client.models.get(id, null).name()).contains("models/" + id)))
                .own("error 401", target -> {
                    try (Client stranger = client("sk-llm-wrong", 1)) {
                        ApiException failure = failure(
                                ClientException.class,
                                () -> stranger.models.generateContent("fast", "Hello", config().build()));
                        assertThat(failure.code()).isEqualTo(401);
                    }
                })
                .own("error 404, unknown model", target -> {
                    ApiException failure = failure(ClientException.class, () -> ask("nobody", "Hello", config()));
                    assertThat(failure.code()).isEqualTo(404);
                    assertThat(failure.message()).contains("this model is not offered here");
                })
                .refused("files, caches, batches", 501, target -> assertThatThrownBy(() -> client.files.list(null))
                        .isInstanceOf(ServerException.class)
                        .hasMessageContaining("501"));
    }
}
