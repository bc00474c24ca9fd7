package io.github.camelllm.call;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseEvents;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.wire.AnswerFacts;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.JsonText;
import io.github.camelllm.wire.WireHeaders;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/** Chat for a client of its own dialect: passed on where the target speaks it too, else as any other chat. */
final class WireChatOperation
        implements WireOperation<WireRequest, WireAnswer>, WireOperation.Streaming<WireRequest, WireAnswer> {
    private final ChatOperation chat;
    private final TokenCounter estimates;

    WireChatOperation(ChatOperation chat, TokenCounter estimates) {
        this.chat = chat;
        this.estimates = estimates;
    }

    @Override
    public AttemptSize size(WireRequest request, CallTarget target) {
        AttemptSize decoded = new LaterSize(() -> chat.size(request.request(), target));
        return request.passesTo(target) ? new PassedSize(request.scan(), target, decoded) : decoded;
    }

    @Override
    public EncodedRequest encode(WireRequest request, boolean stream, CallTarget target) {
        return request.passesTo(target)
                ? target.dialect().passThrough().encode(request.scan(), request.headers(), target.wire())
                : target.dialect()
                        .chat()
                        .encode(request.request(), stream, target.wire().withOwnDialect(isOwn(request, target)));
    }

    private static boolean isOwn(WireRequest request, CallTarget target) {
        return request.dialect().name().equals(target.dialect().name());
    }

    @Override
    public WireAnswer decode(byte[] body, WireHeaders headers, WireRequest request, CallTarget target) {
        if (!request.passesTo(target)) {
            return new WireAnswer.Decoded(chat.decode(body, headers, request.request(), target));
        }
        AnswerFacts facts = target.dialect()
                .passThrough()
                .facts(body, target.wire())
                .orElseGet(() -> facts(target.dialect().chat().decode(body, headers, target.wire())));
        return new WireAnswer.Passed(body, facts, new JsonText());
    }

    private static AnswerFacts facts(ChatResponse response) {
        return new AnswerFacts(
                response.id(), response.model(), response.finish().map(Finish::reason), response.usage());
    }

    @Override
    public Facts facts(WireAnswer result) {
        AnswerFacts facts = result instanceof WireAnswer.Passed passed
                ? passed.facts()
                : facts(((WireAnswer.Decoded) result).response());
        return new Facts(facts.model(), facts.finishReason(), facts.usage());
    }

    @Override
    public Optional<Usage> count(
            WireRequest request, Optional<WireAnswer> result, Optional<WireAnswer> partial, CallTarget target) {
        if (result.isEmpty() && partial.isEmpty()) {
            // Nothing came; the request may even be one that cannot be decoded
            return Optional.empty();
        }
        if (request.passesTo(target)) {
            return result.or(() -> partial)
                    .map(answer -> (WireAnswer.Passed) answer)
                    .flatMap(answer -> count(request, answer, result.isPresent(), target));
        }
        return chat.count(
                request.request(),
                result.map(WireChatOperation::response),
                partial.map(WireChatOperation::response),
                target);
    }

    private Optional<Usage> count(WireRequest request, WireAnswer.Passed answer, boolean whole, CallTarget target) {
        if (answer.body().length > 0) {
            ChatResponse decoded = target.dialect().chat().decode(answer.body(), WireHeaders.NONE, target.wire());
            return Optional.of(Usage.of(inputTokens(request), chat.outputTokens(decoded, target)));
        }
        if (answer.words().isEmpty() && !whole) {
            return Optional.empty();
        }
        long output = estimates.count(target.model(), answer.words().text()).tokens();
        return Optional.of(Usage.of(inputTokens(request), output));
    }

    private long inputTokens(WireRequest request) {
        try {
            return estimates.count(request.request()).tokens();
        } catch (LlmInvalidRequestException e) {
            // The provider understood what we do not: its bytes tell as much as can be told
            return request.scan().body().length / PassedSize.BYTES_PER_TOKEN;
        }
    }

    private static ChatResponse response(WireAnswer answer) {
        return ((WireAnswer.Decoded) answer).response();
    }

    @Override
    public Streaming<WireRequest, WireAnswer> streaming() {
        return this;
    }

    @Override
    public StreamReader<WireAnswer> reader(Call<WireRequest> call, StreamSink sink) {
        sink.event(ChatOperation.answering(call));
        if (call.request().passesTo(call.target())) {
            return new PassedStream(call, sink);
        }
        DecodedStream decoded = new DecodedStream(call.target(), sink);
        return new StreamReader<>() {
            @Override
            public void read(ByteBuffer bytes) {
                decoded.read(bytes);
            }

            @Override
            public WireAnswer end() {
                return new WireAnswer.Decoded(decoded.end());
            }

            @Override
            public WireAnswer partial() {
                return new WireAnswer.Decoded(decoded.partial());
            }
        };
    }

    @Override
    public void replay(WireAnswer result, Call<WireRequest> call, Consumer<StreamEvent> events) {
        CallTarget target = call.target();
        events.accept(ChatOperation.answering(call));
        ChatResponse whole = result instanceof WireAnswer.Passed passed
                ? target.dialect().chat().decode(passed.body(), WireHeaders.NONE, target.wire())
                : response(result);
        ChatResponseEvents.of(whole).forEach(events);
    }
}
