package io.github.camelllm.component;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallChannels;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import java.util.List;
import java.util.Map;

/** One model at one provider. */
record DirectDestination(
        CallChannels channels,
        CallTarget target,
        boolean schemaInWords,
        Map<String, String> tags,
        Deadline deadline,
        ExchangeTrace trace,
        long begunNanos)
        implements ChatDestination.Cacheable {
    @Override
    public String model() {
        return target.model();
    }

    @Override
    public String provider() {
        return target.provider();
    }

    @Override
    public String telemetryName() {
        return target.telemetryName();
    }

    @Override
    public List<Object> place() {
        return List.of(
                "direct", target.baseUrl(), target.dialect().name(), target.wire(), target.headers(), schemaInWords);
    }

    @Override
    public CallHandle send(ChatRequest request, boolean stream, CallObserver<ChatResponse> observer) {
        return channels.chat()
                .send(
                        Call.of(Operation.CHAT, fitting(request), target, stream, tags)
                                .withDeadline(deadline)
                                .withTrace(trace.current())
                                .begunAt(begunNanos),
                        observer);
    }

    @Override
    public CallHandle send(WireRequest request, CallObserver<WireAnswer> observer) {
        WireRequest fitting = request.adapted(
                asked -> fitting(asked.toBuilder().model(target.model()).build()),
                !StructuredOutput.isInWordsByChoice(schemaInWords, target));
        return channels.wireChat()
                .send(
                        Call.of(Operation.CHAT, fitting, target, request.scan().stream(), tags)
                                .withDeadline(deadline)
                                .withTrace(trace.current())
                                .begunAt(begunNanos),
                        observer);
    }

    private ChatRequest fitting(ChatRequest request) {
        return schemaInWords ? StructuredOutput.inWords(request) : request;
    }
}
