package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.ImageBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.anthropic.models.models.ModelInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Anthropic's SDK for Java takes the gateway for the real thing. */
class AnthropicJavaSdkTest {
    private static ConformanceGateway gateway;
    private static AnthropicClient client;

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

    private static AnthropicClient client(String key, int retries) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(gateway.url())
                .apiKey(key)
                .maxRetries(retries)
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
    }

    private static MessageCreateParams.Builder request(String model) {
        return MessageCreateParams.builder().model(model).maxTokens(500);
    }

    private static MessageCreateParams.Builder request(String model, String text) {
        return request(model).addUserMessage(text);
    }

    private static Message ask(MessageCreateParams.Builder request) {
        return client.messages().create(request.build()).validate();
    }

    private static Message ask(Target target, String text) {
        return ask(request(target.chat(), text));
    }

    private static String text(Message answer) {
        return answer.content().stream()
                .flatMap(block -> block.text().stream())
                .map(block -> block.text())
                .collect(Collectors.joining());
    }

    private static Message streamed(MessageCreateParams.Builder request) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(request.build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        return accumulator.message();
    }

    private static Tool tool(String name) {
        return Tool.builder()
                .name(name)
                .inputSchema(Tool.InputSchema.builder()
                        .properties(JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                        .build())
                .build();
    }

    private static MessageCreateParams.Builder twoTools(Target target) {
        return request(target.chat(), "call tool get_weather and call tool get_time for Oslo")
                .addTool(tool("get_weather"))
                .addTool(tool("get_time"));
    }

    private static List<ToolUseBlock> calls(Message answer) {
        return answer.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .toList();
    }

    private static void expectOslo(ToolUseBlock call) {
        assertThat(call._input().convert(Map.class)).isEqualTo(Map.of("city", "Oslo"));
    }

    @TestFactory
    List<DynamicTest> features() {
        Features features = new Features("anthropic", "Java");
        chats(features);
        tools(features);
        failures(features);
        streams(features);
        own(features);
        return features.tests();
    }

    /** The SDK writes a line for each. */
    @Test
    void everyBetaFeatureReachesTheProvider() {
        String text = "Hello with features";

        client.beta()
                .messages()
                .create(com.anthropic.models.beta.messages.MessageCreateParams.builder()
                        .model(Target.ANTHROPIC.chat())
                        .maxTokens(500)
                        .addUserMessage(text)
                        .addBeta("one-2025-01-01")
                        .addBeta("two-2025-01-01")
                        .build());

        assertThat(gateway.headerOf(text, "anthropic-beta")).isEqualTo("one-2025-01-01, two-2025-01-01");
    }

    private static void chats(Features features) {
        features.feature("chat", target -> {
                    Message answer = ask(target, "Hello");
                    assertThat(text(answer)).isNotBlank();
                    assertThat(answer.stopReason()).contains(StopReason.END_TURN);
                    assertThat(answer.usage().inputTokens()).isPositive();
                    assertThat(answer.usage().outputTokens()).isPositive();
                })
                .feature("streamed chat", target -> {
                    StringBuilder text = new StringBuilder();
                    try (StreamResponse<RawMessageStreamEvent> stream = client.messages()
                            .createStreaming(request(target.chat(), "Hello").build())) {
                        stream.stream()
                                .flatMap(event -> event.contentBlockDelta().stream())
                                .flatMap(event -> event.delta().text().stream())
                                .forEach(delta -> text.append(delta.text()));
                    }
                    assertThat(text).hasToString(text(ask(target, "Hello")));
                })
                .feature("usage in a stream", target -> {
                    Message answer = streamed(request(target.chat(), "Hello"));
                    Message whole = ask(target, "Hello");
                    assertThat(answer.usage().inputTokens())
                            .isEqualTo(whole.usage().inputTokens());
                    assertThat(answer.usage().outputTokens())
                            .isEqualTo(whole.usage().outputTokens());
                })
                .feature("streaming helper", target -> {
                    Message answer = streamed(request(target.chat(), "Hello"));
                    assertThat(text(answer)).isNotBlank();
                    assertThat(answer.stopReason()).contains(StopReason.END_TURN);
                })
                .feature("system prompt", target -> assertThat(
                                text(ask(request(target.chat(), "Please repeat your instructions")
                                        .system("Be terse."))))
                        .isEqualTo("Be terse."))
                .feature("several turns", target -> {
                    MessageCreateParams.Builder request = request(target.chat(), "Hello");
                    request.addMessage(ask(request));
                    assertThat(text(ask(request.addUserMessage("How many messages are there?"))))
                            .isEqualTo("3 messages");
                })
                .feature("stop sequence", target -> assertThat(text(ask(
                                request(target.chat(), "Say alpha STOP beta").addStopSequence("STOP"))))
                        .isEqualToIgnoringWhitespace("Say alpha"))
                .feature("length limit", target -> {
                    Message answer = ask(request(target.chat(), "Hello").maxTokens(5));
                    assertThat(answer.stopReason()).contains(StopReason.MAX_TOKENS);
                    assertThat(answer.usage().outputTokens()).isLessThanOrEqualTo(5);
                })
                .feature("structured output", target -> assertThat(client
                                .messages()
                                .create(request(target.chat(), "Lyon, 520000 people")
                                        .outputConfig(Place.class)
                                        .build())
                                .content()
                                .stream()
                                .flatMap(block -> block.text().stream())
                                .findFirst()
                                .orElseThrow()
                                .text()
                                .city)
                        .isNotNull())
                .feature("image", target -> {
                    ContentBlockParam image = ContentBlockParam.ofImage(ImageBlockParam.builder()
                            .source(Base64ImageSource.builder()
                                    .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
                                    .data(ConformanceGateway.PIXEL)
                                    .build())
                            .build());
                    ContentBlockParam text = ContentBlockParam.ofText(
                            TextBlockParam.builder().text("What is this?").build());
                    assertThat(text(ask(request(target.chat()).addUserMessageOfBlockParams(List.of(image, text)))))
                            .contains("I see the image");
                })
                .feature("reasoning", target -> {
                    MessageCreateParams.Builder request = request(target.reasoning(), "Hello")
                            .maxTokens(4_000)
                            .enabledThinking(1_024);
                    Message answer = ask(request);
                    assertThat(text(answer)).isNotBlank();
                    if (target.showsThoughts()) {
                        assertThat(answer.content().get(0).asThinking().thinking())
                                .isNotBlank()
                                .isEqualTo(streamed(request)
                                        .content()
                                        .get(0)
                                        .asThinking()
                                        .thinking());
                        request.addMessage(answer);
                        assertThat(text(ask(request.addUserMessage("Go on")))).isNotBlank();
                    }
                })
                .feature("count tokens", target -> assertThat(client.messages()
                                .countTokens(MessageCountTokensParams.builder()
                                        .model(target.chat())
                                        .addUserMessage("Hello")
                                        .build())
                                .inputTokens())
                        .isPositive())
                .feature("request id", target -> {
                    try (HttpResponseFor<Message> response = client.messages()
                            .withRawResponse()
                            .create(request(target.chat(), "Hello").build())) {
                        assertThat(response.requestId())
                                .isPresent()
                                .isEqualTo(response.headers().values("x-llm-call-id").stream()
                                        .findFirst());
                    }
                });
    }

    private static void tools(Features features) {
        features.feature("tool call", target -> {
                    Message answer = ask(request(target.chat(), "Weather in Oslo?")
                            .addTool(tool("get_weather"))
                            .toolChoice(ToolChoiceAny.builder().build()));
                    assertThat(answer.stopReason()).contains(StopReason.TOOL_USE);
                    assertThat(calls(answer).get(0).name()).isEqualTo("get_weather");
                    expectOslo(calls(answer).get(0));
                })
                .feature("streamed parallel tool calls", target -> {
                    List<ToolUseBlock> calls = calls(streamed(twoTools(target)));
                    assertThat(calls).extracting(ToolUseBlock::name).containsExactly("get_weather", "get_time");
                    calls.forEach(AnthropicJavaSdkTest::expectOslo);
                    assertThat(calls.get(0).id()).isNotEqualTo(calls.get(1).id());
                })
                .feature("tool results", target -> {
                    MessageCreateParams.Builder request = twoTools(target);
                    Message first = ask(request);
                    request.addMessage(first)
                            .addUserMessageOfBlockParams(calls(first).stream()
                                    .map(call -> ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                            .toolUseId(call.id())
                                            .content(call.name() + ": fine")
                                            .build()))
                                    .toList());
                    assertThat(text(ask(request))).contains("get_weather: fine", "get_time: fine");
                });
    }

    private static void failures(Features features) {
        features.feature("error 400", target -> assertThatThrownBy(() -> ask(request(target.chat(), "Hello")
                                .putAdditionalBodyProperty("messages", JsonValue.from("none"))))
                        .isInstanceOf(BadRequestException.class))
                .feature("error 404", target -> assertThatThrownBy(() -> ask(target, "[[fault: status=404]]"))
                        .isInstanceOf(NotFoundException.class))
                .feature("error 429 with retry-after", target -> {
                    RateLimitException failure = catchThrowableOfType(
                            RateLimitException.class,
                            () -> ask(request(
                                    target.limited("anthropic", "java"), "[[fault: status=429;retry-after=7]]")));
                    assertThat(failure.headers().values("retry-after")).containsExactly("7");
                })
                .feature("error 500", target -> assertThatThrownBy(() -> ask(target, "[[fault: status=500]]"))
                        .isInstanceOf(InternalServerException.class))
                .feature("retry by the SDK", target -> {
                    AnthropicClient patient = client(ConformanceGateway.KEY, 2);
                    String text = "Please fail once, java anthropic " + target.label();
                    assertThat(text(patient.messages()
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
                                try (StreamResponse<RawMessageStreamEvent> stream = client.messages()
                                        .createStreaming(request(target.chat(), "[[fault: error-event=529;after=3]]")
                                                .build())) {
                                    stream.stream()
                                            .flatMap(event -> event.contentBlockDelta().stream())
                                            .forEach(event -> pieces.add(event.toString()));
                                }
                            })
                            .isInstanceOf(AnthropicException.class);
                    assertThat(target == Target.ROUTER || !pieces.isEmpty()).isTrue();
                })
                .feature("stream left by the client", target -> {
                    long before = gateway.cancelledStreams();
                    try (StreamResponse<RawMessageStreamEvent> stream = client.messages()
                            .createStreaming(request(target.chat(), "Wait until I leave [[fault: stall=3]]")
                                    .build())) {
                        assertThat(stream.stream().findFirst()).isPresent();
                    }
                    assertThat(gateway.cancelledStreams()).isEqualTo(before + 1);
                });
    }

    private static void own(Features features) {
        features.own("list of models", target -> assertThat(
                                client.models().list().data())
                        .extracting(ModelInfo::id)
                        .containsAll(ConformanceGateway.models().toList()))
                .own("one model", target -> ConformanceGateway.models()
                        .forEach(id ->
                                assertThat(client.models().retrieve(id).id()).isEqualTo(id)))
                .own("error 401", target -> {
                    AnthropicClient stranger = client("sk-llm-wrong", 0);
                    assertThatThrownBy(() -> stranger.messages()
                                    .create(request("fast", "Hello").build()))
                            .isInstanceOf(UnauthorizedException.class);
                    stranger.close();
                })
                .own("error 404, unknown model", target -> assertThatThrownBy(() -> ask(request("nobody", "Hello")))
                        .isInstanceOf(NotFoundException.class))
                .refused("message batches", 501, target -> assertThat(catchThrowableOfType(
                                        InternalServerException.class,
                                        () -> client.messages().batches().list())
                                .statusCode())
                        .isEqualTo(501));
    }
}
