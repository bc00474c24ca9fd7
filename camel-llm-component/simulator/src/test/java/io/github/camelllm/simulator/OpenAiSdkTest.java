package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIInvalidDataException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import io.github.camelllm.wire.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The official OpenAI SDK takes the simulator for the real thing. */
class OpenAiSdkTest {
    private final Simulator simulator =
            Simulator.builder().models("sim-a", "sim-b").build().start();
    private final OpenAIClient client = client("sk-any");

    private OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(simulator.baseUrl(SimulatedDialect.OPENAI))
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private static ChatCompletionCreateParams.Builder ask(String text) {
        return ChatCompletionCreateParams.builder().model("sim-a").addUserMessage(text);
    }

    @Test
    void getsWholeAnswers() {
        ChatCompletion answer =
                client.chat().completions().create(ask("Hello").build()).validate();
        assertThat(answer.model()).isEqualTo("sim-a");
        assertThat(answer.choices().get(0).message().content().orElseThrow()).isNotBlank();
        assertThat(answer.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        Bill bill = simulator.bill();
        assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(bill.inputTokens());
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(bill.outputTokens());
        assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(bill.inputTokens() + bill.outputTokens());
    }

    @Test
    void getsStreams() {
        String whole = client.chat()
                .completions()
                .create(ask("Hello").build())
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
        ChatCompletionCreateParams params = ask("Hello")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        ChatCompletion streamed = accumulator.chatCompletion();
        assertThat(streamed.choices().get(0).message().content()).contains(whole);
        assertThat(streamed.usage().orElseThrow().completionTokens())
                .isEqualTo(simulator.bill().outputTokens() / 2);
    }

    @Test
    void goesRoundWithTools() throws Exception {
        ChatCompletionFunctionTool tool = ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder()
                        .name("get_weather")
                        .description("Weather of a city")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                        .build())
                .build();
        ChatCompletionCreateParams first =
                ask("Please call tool get_weather for Oslo").addTool(tool).build();
        ChatCompletion asked = client.chat().completions().create(first).validate();
        assertThat(asked.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        ChatCompletionMessageFunctionToolCall call = asked.choices()
                .get(0)
                .message()
                .toolCalls()
                .orElseThrow()
                .get(0)
                .asFunction();
        assertThat(call.function().name()).isEqualTo("get_weather");
        JsonNode arguments = Json.MAPPER.readTree(call.function().arguments());
        assertThat(arguments.path("city").asText()).isEqualTo("Oslo");

        ChatCompletion answered = client.chat()
                .completions()
                .create(first.toBuilder()
                        .addMessage(asked.choices().get(0).message())
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("4 degrees and rain")
                                .build())
                        .build());
        assertThat(answered.choices().get(0).message().content().orElseThrow()).contains("4 degrees and rain");

        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(first)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        ChatCompletionMessageFunctionToolCall streamed = accumulator
                .chatCompletion()
                .choices()
                .get(0)
                .message()
                .toolCalls()
                .orElseThrow()
                .get(0)
                .asFunction();
        assertThat(streamed.function().arguments()).isEqualTo(call.function().arguments());
    }

    /** What the SDK makes a schema of. */
    public static class Ticket {
        public Category category;
        public String summary;
        public String customerEmail;
        public double confidence;

        /** One of these. */
        public enum Category {
            QUESTION,
            COMPLAINT
        }
    }

    @Test
    void getsStructuredOutput() {
        Ticket ticket = client.chat()
                .completions()
                .create(ask("I want to complain: the parcel is broken. Write to ann@example.org please.")
                        .responseFormat(Ticket.class)
                        .build())
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
        assertThat(ticket.category).isEqualTo(Ticket.Category.COMPLAINT);
        assertThat(ticket.summary).startsWith("I want to complain");
        assertThat(ticket.customerEmail).isEqualTo("ann@example.org");
        assertThat(ticket.confidence).isBetween(0.0, 1.0);
    }

    @Test
    void listsModels() {
        assertThat(client.models().list().autoPager())
                .extracting(model -> model.id())
                .containsExactly("sim-a", "sim-b");
        assertThat(client.models().retrieve("sim-b").validate().ownedBy()).isEqualTo("simulator");
        assertThatThrownBy(() -> client.models().retrieve("none")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void getsEmbeddings() {
        CreateEmbeddingResponse response = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("sim-a")
                        .inputOfArrayOfStrings(List.of("one text", "another text"))
                        .dimensions(64)
                        .build());
        assertThat(response.data()).hasSize(2);
        List<Float> vector = response.data().get(0).embedding();
        assertThat(vector).hasSize(64);
        assertThat(vector.stream().mapToDouble(value -> value * value).sum()).isCloseTo(1, within(1e-4));
        assertThat(response.usage().promptTokens()).isEqualTo(simulator.bill().inputTokens());
    }

    @Test
    void throwsItsOwnExceptionsOnErrors() {
        assertThat(failure(Fault.status(400))).isInstanceOf(BadRequestException.class);
        assertThat(failure(Fault.status(401))).isInstanceOf(UnauthorizedException.class);
        assertThat(failure(Fault.status(404))).isInstanceOf(NotFoundException.class);
        assertThat(failure(Fault.status(500))).isInstanceOf(InternalServerException.class);
        assertThat(failure(Fault.status(503))).isInstanceOf(InternalServerException.class);
        assertThat(failure(Fault.badGatewayPage())).isInstanceOf(InternalServerException.class);
        assertThat(failure(Fault.reset())).isInstanceOf(OpenAIIoException.class);
        assertThat(failure(Fault.parse("garbage=half-json"))).isInstanceOf(OpenAIInvalidDataException.class);

        simulator.failNext(Fault.status(429, RetryHint.seconds(7)));
        RateLimitException limited = catchThrowableOfType(
                RateLimitException.class, () -> client.chat().completions().create(ask("x").build()));
        assertThat(limited.code()).contains("rate_limit_exceeded");
        assertThat(limited.headers().values("retry-after")).containsExactly("7");
        assertThat(limited.headers().values("x-request-id")).hasSize(1);

        simulator.failNext(new Fault.ContextTooLong());
        BadRequestException tooLong = catchThrowableOfType(
                BadRequestException.class, () -> client.chat().completions().create(ask("x").build()));
        assertThat(tooLong.code()).contains("context_length_exceeded");
    }

    private OpenAIException failure(Fault fault) {
        simulator.failNext(fault);
        return catchThrowableOfType(
                OpenAIException.class,
                () -> client.chat().completions().create(ask("x").build()).validate());
    }

    @Test
    void throwsItsOwnExceptionsInsideStreams() {
        simulator.failNext(new Fault.ErrorEvent(500, 2));
        assertThatThrownBy(this::readStream).isInstanceOf(SseException.class);
        simulator.failNext(Fault.cutAfter(2));
        assertThatThrownBy(this::readStream).isInstanceOf(OpenAIIoException.class);
        simulator.failNext(new Fault.Garbage(Fault.GarbageKind.HALF_JSON, 2));
        assertThatThrownBy(this::readStream).isInstanceOf(OpenAIInvalidDataException.class);
    }

    private void readStream() {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(ask("x").build())) {
            assertThat(stream.stream().count()).isPositive();
        }
    }

    @Test
    void retriesByItselfAsOnTheRealThing() {
        try (OpenAIClientCloser retrying = new OpenAIClientCloser(OpenAIOkHttpClient.builder()
                .baseUrl(simulator.baseUrl(SimulatedDialect.OPENAI))
                .apiKey("sk-any")
                .maxRetries(2)
                .build())) {
            simulator.failNext(2, Fault.status(429, RetryHint.of(RetryHint.Form.MILLIS, Duration.ofMillis(5))));
            assertThat(retrying.client()
                            .chat()
                            .completions()
                            .create(ask("x").build())
                            .choices())
                    .hasSize(1);
            assertThat(simulator.requests()).extracting(RecordedRequest::status).containsExactly(429, 429, 200);
        }
    }

    private record OpenAIClientCloser(OpenAIClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }
}
