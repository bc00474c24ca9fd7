package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonObject;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import com.openai.models.responses.ResponseCreateParams;
import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** OpenAI's SDK for Java takes the gateway for the real thing. */
class OpenAiJavaSdkTest {
    private static ConformanceGateway gateway;
    private static OpenAIClient client;

    /** What a structured answer is. */
    static final class Place {
        public String city;
        public int inhabitants;
    }

    @BeforeAll
    static void start() throws Exception {
        gateway = ConformanceGateway.started();
        client = client(ConformanceGateway.KEY, 0);
    }

    private static OpenAIClient client(String key, int retries) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(key)
                .maxRetries(retries)
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
    }

    private static ChatCompletionCreateParams.Builder request(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    private static ChatCompletion ask(ChatCompletionCreateParams.Builder request) {
        return client.chat().completions().create(request.build()).validate();
    }

    private static ChatCompletion ask(Target target, String text) {
        return ask(request(target.chat(), text));
    }

    private static String text(ChatCompletion answer) {
        return answer.choices().get(0).message().content().orElseThrow();
    }

    private static ChatCompletion streamed(ChatCompletionCreateParams.Builder request) {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(request.build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        return accumulator.chatCompletion();
    }

    private static ChatCompletionFunctionTool tool(String name) {
        return ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder()
                        .name(name)
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                        .build())
                .build();
    }

    private static ChatCompletionCreateParams.Builder twoTools(Target target) {
        return request(target.chat(), "call tool get_weather and call tool get_time for Oslo")
                .addTool(tool("get_weather"))
                .addTool(tool("get_time"));
    }

    private static List<ChatCompletionMessageFunctionToolCall> calls(ChatCompletion answer) {
        return answer.choices().get(0).message().toolCalls().orElseThrow().stream()
                .map(call -> call.asFunction())
                .toList();
    }

    private static void expectOslo(ChatCompletionMessageFunctionToolCall call) throws Exception {
        assertThat(Json.MAPPER
                        .readTree(call.function().arguments())
                        .path("city")
                        .asText())
                .isEqualTo("Oslo");
    }

    private static CompletionUsage usage(ChatCompletion answer) {
        return answer.usage().orElseThrow();
    }

    @TestFactory
    List<DynamicTest> features() {
        Features features = new Features("openai", "Java");
        chats(features);
        tools(features);
        forms(features);
        failures(features);
        streams(features);
        own(features);
        return features.tests();
    }

    private static void chats(Features features) {
        features.feature("chat", target -> {
                    ChatCompletion answer = ask(target, "Hello");
                    assertThat(text(answer)).isNotBlank();
                    assertThat(answer.choices().get(0).finishReason())
                            .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
                    assertThat(usage(answer).promptTokens()).isPositive();
                    assertThat(usage(answer).completionTokens()).isPositive();
                })
                .feature("streamed chat", target -> {
                    StringBuilder text = new StringBuilder();
                    try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                            .completions()
                            .createStreaming(request(target.chat(), "Hello").build())) {
                        stream.stream().forEach(chunk -> chunk.choices()
                                .forEach(choice -> choice.delta().content().ifPresent(text::append)));
                    }
                    assertThat(text).hasToString(text(ask(target, "Hello")));
                })
                .feature("usage in a stream", target -> {
                    ChatCompletion answer = streamed(request(target.chat(), "Hello")
                            .streamOptions(ChatCompletionStreamOptions.builder()
                                    .includeUsage(true)
                                    .build()));
                    assertThat(usage(answer).promptTokens())
                            .isEqualTo(usage(ask(target, "Hello")).promptTokens());
                    assertThat(usage(answer).completionTokens())
                            .isEqualTo(usage(ask(target, "Hello")).completionTokens());
                })
                .feature("streaming helper", target -> {
                    ChatCompletion answer = streamed(request(target.chat(), "Hello"));
                    assertThat(text(answer)).isNotBlank();
                    assertThat(answer.choices().get(0).finishReason())
                            .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
                })
                .feature("system prompt", target -> {
                    assertThat(text(ask(ChatCompletionCreateParams.builder()
                                    .model(target.chat())
                                    .addSystemMessage("Be terse.")
                                    .addUserMessage("Please repeat your instructions"))))
                            .isEqualTo("Be terse.");
                    assertThat(text(ask(ChatCompletionCreateParams.builder()
                                    .model(target.chat())
                                    .addDeveloperMessage("Be terse.")
                                    .addUserMessage("Please repeat your instructions"))))
                            .isEqualTo("Be terse.");
                })
                .feature("several turns", target -> {
                    ChatCompletionCreateParams.Builder request = request(target.chat(), "Hello");
                    request.addMessage(ask(request).choices().get(0).message());
                    assertThat(text(ask(request.addUserMessage("How many messages are there?"))))
                            .isEqualTo("3 messages");
                })
                .feature("stop sequence", target -> assertThat(text(ask(
                                request(target.chat(), "Say alpha STOP beta").stop("STOP"))))
                        .isEqualToIgnoringWhitespace("Say alpha"))
                .feature("length limit", target -> {
                    ChatCompletion answer = ask(request(target.chat(), "Hello").maxCompletionTokens(5));
                    assertThat(answer.choices().get(0).finishReason())
                            .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
                    assertThat(usage(answer).completionTokens()).isLessThanOrEqualTo(5);
                })
                .feature("image", target -> {
                    ChatCompletionContentPart text =
                            ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder()
                                    .text("What is this?")
                                    .build());
                    ChatCompletionContentPart image =
                            ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                                    .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                                            .url("data:image/png;base64," + ConformanceGateway.PIXEL)
                                            .build())
                                    .build());
                    assertThat(text(ask(ChatCompletionCreateParams.builder()
                                    .model(target.chat())
                                    .addUserMessageOfArrayOfContentParts(List.of(text, image)))))
                            .contains("I see the image");
                })
                .feature("reasoning", target -> {
                    ChatCompletion answer =
                            ask(request(target.reasoning(), "Hello").reasoningEffort(ReasoningEffort.LOW));
                    assertThat(text(answer)).isNotBlank();
                    assertThat(usage(answer)
                                    .completionTokensDetails()
                                    .flatMap(CompletionUsage.CompletionTokensDetails::reasoningTokens)
                                    .orElse(0L))
                            .isPositive();
                })
                .partial("embeddings", target -> {
                    EmbeddingCreateParams request = EmbeddingCreateParams.builder()
                            .model(target.embeddings().orElse(target.chat()))
                            .inputOfArrayOfStrings(List.of("one", "two"))
                            .build();
                    if (target.embeddings().isEmpty()) {
                        assertThatThrownBy(() -> client.embeddings().create(request))
                                .isInstanceOf(BadRequestException.class);
                        return "400";
                    }
                    CreateEmbeddingResponse answer = client.embeddings().create(request);
                    assertThat(answer.data()).hasSize(2);
                    assertThat(answer.data().get(0).embedding())
                            .isNotEmpty()
                            .isNotEqualTo(answer.data().get(1).embedding());
                    return Result.WORKS;
                });
    }

    private static void tools(Features features) {
        features.feature("tool call", target -> {
                    ChatCompletion answer = ask(request(target.chat(), "Weather in Oslo?")
                            .addTool(tool("get_weather"))
                            .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED));
                    assertThat(answer.choices().get(0).finishReason())
                            .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
                    assertThat(calls(answer).get(0).function().name()).isEqualTo("get_weather");
                    assertThat(calls(answer).get(0).id()).isNotBlank();
                    expectOslo(calls(answer).get(0));
                })
                .feature("streamed parallel tool calls", target -> {
                    List<ChatCompletionMessageFunctionToolCall> calls = calls(streamed(twoTools(target)));
                    assertThat(calls)
                            .extracting(call -> call.function().name())
                            .containsExactly("get_weather", "get_time");
                    for (ChatCompletionMessageFunctionToolCall call : calls) {
                        expectOslo(call);
                    }
                    assertThat(calls.get(0).id()).isNotEqualTo(calls.get(1).id());
                })
                .feature("tool results", target -> {
                    ChatCompletionCreateParams.Builder request = twoTools(target);
                    ChatCompletion first = ask(request);
                    request.addMessage(first.choices().get(0).message());
                    calls(first)
                            .forEach(call -> request.addMessage(ChatCompletionToolMessageParam.builder()
                                    .toolCallId(call.id())
                                    .content(call.function().name() + ": fine")
                                    .build()));
                    assertThat(text(ask(request))).contains("get_weather: fine", "get_time: fine");
                });
    }

    private static void forms(Features features) {
        features.feature("structured output", target -> {
                    Place place = client.chat()
                            .completions()
                            .create(request(target.chat(), "Lyon, 520000 people")
                                    .responseFormat(Place.class)
                                    .build())
                            .choices()
                            .get(0)
                            .message()
                            .content()
                            .orElseThrow();
                    assertThat(place.city).isNotNull();
                })
                .partial("JSON object", target -> {
                    ChatCompletionCreateParams.Builder request = request(target.chat(), "Hello, as JSON")
                            .responseFormat(ResponseFormatJsonObject.builder().build());
                    if (target == Target.ANTHROPIC || target == Target.ALIAS) {
                        assertThatThrownBy(() -> ask(request)).isInstanceOf(BadRequestException.class);
                        return "400";
                    }
                    assertThat(Json.MAPPER.readTree(text(ask(request))).isObject())
                            .isTrue();
                    return Result.WORKS;
                })
                .partial("several answers", target -> {
                    ChatCompletionCreateParams.Builder request =
                            request(target.chat(), "Hello").n(2);
                    if (target == Target.ANTHROPIC || target == Target.ALIAS) {
                        assertThatThrownBy(() -> ask(request)).isInstanceOf(BadRequestException.class);
                        return "400";
                    }
                    assertThat(ask(request).choices()).hasSize(2);
                    return Result.WORKS;
                })
                .feature("request id", target -> {
                    try (HttpResponseFor<ChatCompletion> response = client.chat()
                            .completions()
                            .withRawResponse()
                            .create(request(target.chat(), "Hello").build())) {
                        assertThat(response.requestId())
                                .isPresent()
                                .isEqualTo(response.headers().values("x-llm-call-id").stream()
                                        .findFirst());
                    }
                });
    }

    private static void failures(Features features) {
        features.feature("error 400", target -> assertThatThrownBy(() -> ask(request(target.chat(), "Hello")
                                .temperature(7)
                                .putAdditionalBodyProperty("messages", JsonValue.from("none"))))
                        .isInstanceOf(BadRequestException.class))
                .feature("error 404", target -> assertThatThrownBy(() -> ask(target, "[[fault: status=404]]"))
                        .isInstanceOf(NotFoundException.class))
                .feature("error 429 with retry-after", target -> {
                    RateLimitException failure = catchThrowableOfType(
                            RateLimitException.class,
                            () -> ask(
                                    request(target.limited("openai", "java"), "[[fault: status=429;retry-after=7]]")));
                    assertThat(failure.headers().values("retry-after")).containsExactly("7");
                    assertThat(failure.headers().values("x-llm-provider")).hasSize(1);
                })
                .feature("error 500", target -> assertThatThrownBy(() -> ask(target, "[[fault: status=500]]"))
                        .isInstanceOf(InternalServerException.class))
                .feature("retry by the SDK", target -> {
                    OpenAIClient patient = client(ConformanceGateway.KEY, 2);
                    String text = "Please fail once, java openai " + target.label();
                    assertThat(text(patient.chat()
                                    .completions()
                                    .create(request(target.chat(), text).build())))
                            .isNotBlank();
                    assertThat(gateway.requestsFor(text)).isEqualTo(2);
                    patient.close();
                });
    }

    private static void streams(Features features) {
        features.feature("error in a stream", target -> {
                    List<String> pieces = new ArrayList<>();
                    assertThatThrownBy(() -> {
                                try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                                        .completions()
                                        .createStreaming(request(target.chat(), "[[fault: error-event=529;after=3]]")
                                                .build())) {
                                    stream.stream().forEach(chunk -> chunk.choices()
                                            .get(0)
                                            .delta()
                                            .content()
                                            .ifPresent(pieces::add));
                                }
                            })
                            .isInstanceOf(OpenAIException.class);
                    assertThat(target == Target.ROUTER || !pieces.isEmpty()).isTrue();
                })
                .feature("stream left by the client", target -> {
                    try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                            .completions()
                            .createStreaming(request(target.chat(), "Wait until I leave [[fault: stall=3]]")
                                    .build())) {
                        assertThat(stream.stream().findFirst()).isPresent();
                    }
                });
    }

    private static void own(Features features) {
        features.own("list of models", target -> assertThat(
                                client.models().list().data())
                        .extracting(Model::id)
                        .containsAll(ConformanceGateway.models().toList()))
                .own("one model", target -> ConformanceGateway.models()
                        .forEach(id ->
                                assertThat(client.models().retrieve(id).id()).isEqualTo(id)))
                .own("error 401", target -> {
                    OpenAIClient stranger = client("sk-llm-wrong", 0);
                    assertThatThrownBy(() -> stranger.chat()
                                    .completions()
                                    .create(request("fast", "Hello").build()))
                            .isInstanceOf(UnauthorizedException.class);
                    stranger.close();
                })
                .own("error 404, unknown model", target -> assertThatThrownBy(() -> ask(request("nobody", "Hello")))
                        .isInstanceOf(NotFoundException.class))
                .refused("Responses API", 501, target -> assertThat(
                                catchThrowableOfType(InternalServerException.class, () -> client.responses()
                                                .create(ResponseCreateParams.builder()
                                                        .model("fast")
                                                        .input("Hello")
                                                        .build()))
                                        .statusCode())
                        .isEqualTo(501));
    }

    @Test
    void streamsThatTheClientLeftAreCancelled() throws Exception {
        long before = gateway.cancelledStreams();
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(
                        request("fast", "Wait until I leave [[fault: stall=3]]").build())) {
            assertThat(stream.stream().findFirst()).isPresent();
        }
        assertThat(gateway.cancelledStreams()).isEqualTo(before + 1);
    }
}
