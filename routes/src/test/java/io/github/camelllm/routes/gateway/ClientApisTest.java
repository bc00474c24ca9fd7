package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.Tool;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.EmbeddingCreateParams;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.RetryHint;
import io.github.camelllm.wire.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official SDKs take the gateway for the real thing, whichever API the provider behind it has. */
class ClientApisTest {
    private static final String OPENAI = "openai/gpt-5-mini";
    private static final String ANTHROPIC = "anthropic/claude-haiku-4-5";
    private static final String GEMINI = "gemini/gemini-2.5-flash";

    private static TestGateway gateway;
    private static OpenAIClient openAi;
    private static AnthropicClient anthropic;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.started("alias.fast", OPENAI);
        openAi = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey("any")
                .maxRetries(0)
                .build();
        anthropic = AnthropicOkHttpClient.builder()
                .baseUrl(gateway.url())
                .apiKey("any")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        openAi.close();
        anthropic.close();
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.simulator().clearRequests();
    }

    private static ChatCompletionCreateParams.Builder askOpenAi(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    private static MessageCreateParams.Builder askAnthropic(String model, String text) {
        return MessageCreateParams.builder().model(model).maxTokens(500).addUserMessage(text);
    }

    private static void expectProvider(String model) {
        List<RecordedRequest> requests = gateway.simulator().requests();
        assertThat(requests).hasSize(1);
        assertThat(model)
                .startsWith(requests.get(0).dialect().name().toLowerCase(java.util.Locale.ROOT))
                .endsWith(requests.get(0).model());
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC, GEMINI})
    void answersOpenAisClient(String model) {
        ChatCompletion answer = openAi.chat()
                .completions()
                .create(askOpenAi(model, "Hello").build())
                .validate();
        assertThat(answer.choices().get(0).message().content().orElseThrow()).isNotBlank();
        assertThat(answer.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        assertThat(answer.usage().orElseThrow().completionTokens())
                .isEqualTo(gateway.simulator().bill().outputTokens());
        expectProvider(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC, GEMINI})
    void streamsToOpenAisClient(String model) {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (var stream = openAi.chat()
                .completions()
                .createStreaming(askOpenAi(model, "Hello")
                        .streamOptions(ChatCompletionStreamOptions.builder()
                                .includeUsage(true)
                                .build())
                        .build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        ChatCompletion answer = accumulator.chatCompletion();
        assertThat(answer.choices().get(0).message().content().orElseThrow()).isNotBlank();
        assertThat(answer.usage().orElseThrow().completionTokens())
                .isEqualTo(gateway.simulator().bill().outputTokens());
        expectProvider(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC, GEMINI})
    void bringsToolCallsToOpenAisClient(String model) throws Exception {
        ChatCompletionFunctionTool tool = ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder()
                        .name("get_weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                        .build())
                .build();
        ChatCompletionCreateParams request = askOpenAi(model, "Please call tool get_weather for Oslo")
                .addTool(tool)
                .build();
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (var stream = openAi.chat().completions().createStreaming(request)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        for (ChatCompletion answer :
                List.of(openAi.chat().completions().create(request).validate(), accumulator.chatCompletion())) {
            String arguments = answer.choices()
                    .get(0)
                    .message()
                    .toolCalls()
                    .orElseThrow()
                    .get(0)
                    .asFunction()
                    .function()
                    .arguments();
            assertThat(Json.MAPPER.readTree(arguments).path("city").asText()).isEqualTo("Oslo");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC, GEMINI})
    void answersAnthropicsClient(String model) {
        Message answer = anthropic
                .messages()
                .create(askAnthropic(model, "Hello").build())
                .validate();
        assertThat(answer.content().get(0).asText().text()).isNotBlank();
        assertThat(answer.usage().outputTokens())
                .isEqualTo(gateway.simulator().bill().outputTokens());
        expectProvider(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC, GEMINI})
    void streamsToAnthropicsClient(String model) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (var stream = anthropic
                .messages()
                .createStreaming(askAnthropic(model, "Hello").build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        Message answer = accumulator.message();
        assertThat(answer.content().get(0).asText().text()).isNotBlank();
        assertThat(answer.usage().outputTokens())
                .isEqualTo(gateway.simulator().bill().outputTokens());
        expectProvider(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC, GEMINI})
    void bringsToolCallsToAnthropicsClient(String model) {
        Tool tool = Tool.builder()
                .name("get_weather")
                .inputSchema(Tool.InputSchema.builder()
                        .properties(com.anthropic.core.JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .putAdditionalProperty("required", com.anthropic.core.JsonValue.from(List.of("city")))
                        .build())
                .build();
        Message answer = anthropic
                .messages()
                .create(askAnthropic(model, "Please call tool get_weather for Oslo")
                        .addTool(tool)
                        .build())
                .validate();
        assertThat(answer.content().stream()
                        .flatMap(block -> block.toolUse().stream())
                        .findFirst()
                        .orElseThrow()
                        .name())
                .isEqualTo("get_weather");
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC, GEMINI})
    void answersGeminisClients(String model) throws Exception {
        String path = "/v1beta/models/" + model.replace("/", "%2F");
        String body = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]}";
        try (RawClient client = gateway.client()) {
            RawClient.Answer whole = client.post(path + ":generateContent?key=secret", body, "x: y")
                    .answer();
            assertThat(whole.status()).as(whole.body()).isEqualTo(200);
            String text = Json.MAPPER
                    .readTree(whole.body())
                    .at("/candidates/0/content/parts/0/text")
                    .asText();
            assertThat(text).isNotBlank();
            RawClient.Answer stream =
                    client.post(path + ":streamGenerateContent?alt=sse", body).answer();
            assertThat(stream.header("content-type")).startsWith("text/event-stream");
            StringBuilder streamed = new StringBuilder();
            for (String line : stream.body().lines().toList()) {
                if (line.startsWith("data: ")) {
                    streamed.append(Json.MAPPER
                            .readTree(line.substring(6))
                            .at("/candidates/0/content/parts/0/text")
                            .asText(""));
                }
            }
            assertThat(streamed).hasToString(text);
        }
        assertThat(gateway.simulator().requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.path()).doesNotContain("secret");
            assertThat(model).endsWith(request.model());
        });
    }

    @Test
    void countsAndListsForTheClients() {
        assertThat(anthropic
                        .messages()
                        .countTokens(MessageCountTokensParams.builder()
                                .model(ANTHROPIC)
                                .addUserMessage("Hello")
                                .build())
                        .inputTokens())
                .isPositive();
        assertThat(anthropic.models().list().data().get(0).id()).isEqualTo("fast");
        assertThat(openAi.models().list().data().get(0).id()).isEqualTo("fast");
        assertThat(openAi.embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model("openai/text-embedding-3-small")
                                .input("a")
                                .build())
                        .data()
                        .get(0)
                        .embedding())
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC, GEMINI})
    void tellsClientsHowLongToWait(String model) {
        gateway.simulator().failNext(Fault.status(429, RetryHint.seconds(7)));
        RateLimitException failure = catchThrowableOfType(RateLimitException.class, () -> openAi.chat()
                .completions()
                .create(askOpenAi(model, "Hello").build()));
        assertThat(failure.headers().values("retry-after")).containsExactly("7");
        assertThat(failure.headers().values("x-llm-provider")).containsExactly(model.substring(0, model.indexOf('/')));
        gateway.simulator().failNext(Fault.status(429, RetryHint.seconds(7)));
        com.anthropic.errors.RateLimitException other = catchThrowableOfType(
                com.anthropic.errors.RateLimitException.class,
                () -> anthropic.messages().create(askAnthropic(model, "Hello").build()));
        assertThat(other.headers().values("retry-after")).containsExactly("7");
    }
}
