package io.github.camelllm.component;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallChannel;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import java.util.List;
import java.util.Map;

/** One model at one provider. */
record DirectDestination(
        CallChannel<ChatRequest, ChatResponse> channel,
        CallTarget target,
        boolean schemaInWords,
        Map<String, String> tags,
        Deadline deadline)
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
        ChatRequest fitting = schemaInWords ? StructuredOutput.inWords(request) : request;
        return channel.send(
                Call.of(Operation.CHAT, fitting, target, stream, tags).withDeadline(deadline), observer);
    }
}
