package io.github.camelllm.call;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseEvents;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.WireHeaders;
import java.util.Optional;
import java.util.function.Consumer;

/** Chat in the target's dialect. */
final class ChatOperation
        implements WireOperation<ChatRequest, ChatResponse>, WireOperation.Streaming<ChatRequest, ChatResponse> {
    private final TokenCounter estimates;
    private final TokenCounter exact;

    /**
     * @param estimates counts tokens without loading vocabularies: it is asked on an I/O thread
     * @param exact counts with vocabularies
     */
    ChatOperation(TokenCounter estimates, TokenCounter exact) {
        this.estimates = estimates;
        this.exact = exact;
    }

    @Override
    public AttemptSize size(ChatRequest request, CallTarget target) {
        return new ChatSize(request, target, estimates, exact);
    }

    @Override
    public EncodedRequest encode(ChatRequest request, boolean stream, CallTarget target) {
        return target.dialect().chat().encode(request, stream, target.wire());
    }

    @Override
    public ChatResponse decode(byte[] body, WireHeaders headers, ChatRequest request, CallTarget target) {
        return target.dialect().chat().decode(body, headers, target.wire());
    }

    @Override
    public Facts facts(ChatResponse result) {
        return new Facts(result.model(), result.finish().map(Finish::reason), result.usage());
    }

    @Override
    public Optional<Usage> count(
            ChatRequest request, Optional<ChatResponse> result, Optional<ChatResponse> partial, CallTarget target) {
        return result.or(() -> partial.filter(arrived -> !arrived.choices().isEmpty()))
                .map(answer -> Usage.of(estimates.count(request).tokens(), outputTokens(answer, target)));
    }

    long outputTokens(ChatResponse answer, CallTarget target) {
        long tokens = 0;
        for (Choice choice : answer.choices()) {
            for (ContentPart part : choice.message().content()) {
                tokens += estimates.count(target.model(), words(part)).tokens();
            }
        }
        return tokens;
    }

    private static String words(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text();
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            return reasoning.text();
        }
        if (part instanceof ContentPart.Refusal refusal) {
            return refusal.text();
        }
        return part instanceof ContentPart.ToolCall call ? call.name() + call.argumentsJson() : "";
    }

    @Override
    public Streaming<ChatRequest, ChatResponse> streaming() {
        return this;
    }

    @Override
    public StreamReader<ChatResponse> reader(Call<ChatRequest> call, StreamSink sink) {
        sink.event(answering(call));
        return new DecodedStream(call.target(), sink);
    }

    @Override
    public void replay(ChatResponse result, Call<ChatRequest> call, Consumer<StreamEvent> events) {
        events.accept(answering(call));
        ChatResponseEvents.of(result).forEach(events);
    }

    static StreamEvent answering(Call<?> call) {
        return StreamEvent.Answering.first(
                call.id(), call.target().provider(), call.target().model());
    }
}
