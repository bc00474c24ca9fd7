package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.quality.ScoredAnswer;
import io.github.camelllm.routes.quality.Scoring;
import io.github.camelllm.wire.ChatClientCodec;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import io.github.camelllm.wire.sse.SseDecoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Flow;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Has answers judged that the gateway gave, apart from what clients get. Nothing is read before it is, on other threads. */
final class AnswerScoring {
    /** Exchange property with the client's request as it came. */
    private static final String REQUEST = "CamelLlmGatewayRequestBytes";

    private static final String ANY_OBJECT = "{\"type\":\"object\"}";

    private final Scoring scoring;

    AnswerScoring(Scoring scoring) {
        this.scoring = scoring;
    }

    /** Keeps what the client asked until it is answered. */
    void asked(Exchange exchange, GatewayRequest request) {
        if (request.operation() == GatewayOperation.CHAT
                && exchange.getMessage().getBody() instanceof byte[] body
                && body.length <= scoring.maxBytes()) {
            exchange.setProperty(REQUEST, body);
        }
    }

    /** Has the answer in the body judged if it is one of those that are; not another time if the cache gave it. */
    void answered(Exchange exchange, GatewayRequest request) {
        Message message = exchange.getMessage();
        String id = message.getHeader(LlmConstants.CALL_ID, String.class);
        byte[] asked = exchange.getProperty(REQUEST, byte[].class);
        if (id == null || asked == null || Scoring.isFromCache(message)) {
            return;
        }
        UUID callId = UUID.fromString(id);
        Optional<String> task = Optional.ofNullable(message.getHeader(EnterStage.TASK_TAG, String.class));
        if (!scoring.wants(callId, task)) {
            return;
        }
        if (message.getBody() instanceof byte[] answer) {
            scoring.offer(callId, task, (long) asked.length + answer.length, () -> read(request, asked, answer, false));
        } else if (message.getBody() instanceof Flow.Publisher<?> stream) {
            @SuppressWarnings("unchecked") // the contract of streams in a wire format
            Flow.Publisher<ByteBuffer> bytes = (Flow.Publisher<ByteBuffer>) stream;
            message.setBody(new ObservedStream(
                    bytes,
                    scoring.maxBytes(),
                    answer -> scoring.offer(
                            callId,
                            task,
                            (long) asked.length + answer.length,
                            () -> read(request, asked, answer, true))));
        }
    }

    private static ScoredAnswer read(GatewayRequest request, byte[] asked, byte[] answer, boolean stream) {
        ChatRequest question =
                request.api().dialect().server().decode(request.path(), asked).request();
        ChatClientCodec codec = request.api().dialect().chat();
        WireTarget target = WireTarget.of("gateway", request.model());
        ChatResponse response =
                stream ? whole(codec.streamDecoder(target), answer) : codec.decode(answer, WireHeaders.NONE, target);
        Optional<String> refusal = response.choices().isEmpty()
                ? Optional.empty()
                : response.choices().get(0).message().refusal();
        return new ScoredAnswer(
                lastOfUser(question.messages()),
                refusal.orElseGet(response::text),
                refusal.isPresent()
                        ? "refusal"
                        : response.finish()
                                .map(finish -> finish.reason().name().toLowerCase(Locale.ROOT))
                                .orElse(""),
                question.responseFormat().flatMap(AnswerScoring::schema),
                Optional.empty());
    }

    private static ChatResponse whole(StreamDecoder events, byte[] answer) {
        SseDecoder frames = new SseDecoder(Math.max(1, answer.length));
        ChatResponseFold fold = new ChatResponseFold();
        frames.decode(ByteBuffer.wrap(answer), frame -> events.decode(frame).forEach(event -> event.accept(fold)));
        events.end().forEach(event -> event.accept(fold));
        return fold.response();
    }

    private static Optional<String> lastOfUser(List<ChatMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i) instanceof ChatMessage.User user) {
                return Optional.of(user.text()).filter(text -> !text.isBlank());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> schema(ResponseFormat format) {
        if (format instanceof ResponseFormat.JsonSchema schema) {
            return Optional.of(schema.schemaJson());
        }
        return format instanceof ResponseFormat.JsonObject ? Optional.of(ANY_OBJECT) : Optional.empty();
    }
}
