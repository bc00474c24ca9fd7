package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicInvalidDataException;
import com.anthropic.errors.AnthropicIoException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.SseException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The official Anthropic SDK takes the simulator for the real thing. */
class AnthropicSdkTest {
    private final Simulator simulator = Simulator.builder()
            .models("sim-a", "sim-b")
            .apiKeys("sk-ant-good")
            .build()
            .start();
    private final AnthropicClient client = client("sk-ant-good");

    private AnthropicClient client(String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(simulator.rootUrl())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private static MessageCreateParams.Builder ask(String text) {
        return MessageCreateParams.builder().model("sim-a").maxTokens(2_000).addUserMessage(text);
    }

    @Test
    void getsWholeAnswers() {
        Message answer = client.messages().create(ask("Hello").build()).validate();
        assertThat(answer.model().asString()).isEqualTo("sim-a");
        assertThat(text(answer)).isNotBlank();
        assertThat(answer.stopReason()).contains(StopReason.END_TURN);
        assertThat(answer.usage().inputTokens()).isEqualTo(simulator.bill().inputTokens());
        assertThat(answer.usage().outputTokens()).isEqualTo(simulator.bill().outputTokens());
    }

    @Test
    void getsStreamsWithThinking() {
        MessageCreateParams params = ask("Hello").enabledThinking(1_024).build();
        Message whole = client.messages().create(params).validate();
        Message streamed = stream(params);
        assertThat(text(streamed)).isEqualTo(text(whole));
        assertThat(streamed.content().get(0).thinking().orElseThrow().thinking())
                .isEqualTo(whole.content().get(0).thinking().orElseThrow().thinking());
        assertThat(streamed.content().get(0).thinking().orElseThrow().signature())
                .isNotBlank();
        assertThat(streamed.usage().outputTokens()).isEqualTo(whole.usage().outputTokens());
        assertThat(streamed.stopReason()).isEqualTo(whole.stopReason());
    }

    @Test
    void goesRoundWithTools() {
        Tool tool = Tool.builder()
                .name("get_weather")
                .description("Weather of a city")
                .inputSchema(Tool.InputSchema.builder()
                        .properties(Tool.InputSchema.Properties.builder()
                                .putAdditionalProperty("city", JsonValue.from(Map.of("type", "string")))
                                .build())
                        .addRequired("city")
                        .build())
                .build();
        MessageCreateParams first =
                ask("Please call tool get_weather for Oslo").addTool(tool).build();
        Message asked = client.messages().create(first).validate();
        assertThat(asked.stopReason()).contains(StopReason.TOOL_USE);
        ToolUseBlock call = asked.content().get(0).toolUse().orElseThrow();
        assertThat(call.name()).isEqualTo("get_weather");
        assertThat(call._input()).isEqualTo(JsonValue.from(Map.of("city", "Oslo")));

        Message answered = client.messages()
                .create(first.toBuilder()
                        .addMessage(asked)
                        .addUserMessageOfBlockParams(
                                List.of(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                        .toolUseId(call.id())
                                        .content("4 degrees and rain")
                                        .build())))
                        .build());
        assertThat(text(answered)).contains("4 degrees and rain");

        ToolUseBlock streamed = stream(first).content().get(0).toolUse().orElseThrow();
        assertThat(streamed._input()).isEqualTo(call._input());
    }

    /** What the SDK makes a schema of. */
    public static class Ticket {
        public Category category;
        public String summary;

        /** One of these. */
        public enum Category {
            QUESTION,
            COMPLAINT
        }
    }

    @Test
    void getsStructuredOutput() {
        Ticket ticket = client.messages()
                .create(ask("I want to complain: the parcel is broken.")
                        .outputConfig(Ticket.class)
                        .build())
                .content()
                .get(0)
                .text()
                .orElseThrow()
                .text();
        assertThat(ticket.category).isEqualTo(Ticket.Category.COMPLAINT);
        assertThat(ticket.summary).startsWith("I want to complain");
    }

    @Test
    void countsTokens() {
        long counted = client.messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("sim-a")
                        .addUserMessage("Hello")
                        .build())
                .inputTokens();
        assertThat(counted)
                .isEqualTo(
                        client.messages().create(ask("Hello").build()).usage().inputTokens());
    }

    @Test
    void listsModels() {
        assertThat(client.models().list().autoPager())
                .extracting(model -> model.id())
                .containsExactly("sim-a", "sim-b");
        assertThat(client.models().retrieve("sim-b").displayName()).isEqualTo("sim-b");
    }

    @Test
    void throwsItsOwnExceptionsOnErrors() {
        assertThat(failure(Fault.status(400))).isInstanceOf(BadRequestException.class);
        assertThat(failure(Fault.status(401))).isInstanceOf(UnauthorizedException.class);
        assertThat(failure(Fault.status(404))).isInstanceOf(NotFoundException.class);
        assertThat(failure(Fault.status(500))).isInstanceOf(InternalServerException.class);
        assertThat(failure(Fault.status(529)))
                .isInstanceOf(InternalServerException.class)
                .satisfies(failure -> assertThat(((AnthropicServiceException) failure).statusCode())
                        .isEqualTo(529));
        assertThat(failure(Fault.close())).isInstanceOf(AnthropicIoException.class);
        assertThat(failure(Fault.parse("garbage=half-json"))).isInstanceOf(AnthropicInvalidDataException.class);

        simulator.failNext(Fault.status(429, RetryHint.seconds(7)));
        RateLimitException limited = catchThrowableOfType(
                RateLimitException.class, () -> client.messages().create(ask("x").build()));
        assertThat(limited.headers().values("retry-after")).containsExactly("7");
        assertThat(limited.body().toString()).contains("rate_limit_error");

        try (ClientCloser wrong = new ClientCloser(client("sk-ant-bad"))) {
            assertThatThrownBy(() -> wrong.client().messages().create(ask("x").build()))
                    .isInstanceOf(UnauthorizedException.class);
        }
    }

    @Test
    void throwsItsOwnExceptionsInsideStreams() {
        MessageCreateParams params = ask("x").build();
        simulator.failNext(new Fault.ErrorEvent(529, 2));
        assertThatThrownBy(() -> stream(params))
                .isInstanceOf(SseException.class)
                .hasMessageContaining("Overloaded");
        simulator.failNext(Fault.cutAfter(2));
        assertThatThrownBy(() -> stream(params)).isInstanceOf(AnthropicIoException.class);
        simulator.failNext(new Fault.Garbage(Fault.GarbageKind.TEXT, 2));
        assertThatThrownBy(() -> stream(params)).isInstanceOf(AnthropicInvalidDataException.class);
    }

    private Message stream(MessageCreateParams params) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        return accumulator.message();
    }

    private AnthropicException failure(Fault fault) {
        simulator.failNext(fault);
        return catchThrowableOfType(
                AnthropicException.class,
                () -> client.messages().create(ask("x").build()).validate());
    }

    private static String text(Message message) {
        StringBuilder text = new StringBuilder();
        message.content().forEach(block -> block.text().ifPresent(part -> text.append(part.text())));
        return text.toString();
    }

    private record ClientCloser(AnthropicClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }
}
