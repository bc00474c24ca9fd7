package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import java.util.Optional;

/**
 * Has each call to another destination followed.
 *
 * @param asked who is asked; the one before the cache, if there is a cache
 */
record TracedDestination(ChatDestination next, ChatDestination.Cacheable asked, ExchangeTrace trace)
        implements ChatDestination {
    @Override
    public String model() {
        return next.model();
    }

    @Override
    public Optional<String> cacheStatus() {
        return next.cacheStatus();
    }

    @Override
    public CallHandle send(ChatRequest request, boolean stream, CallObserver<ChatResponse> observer) {
        return next.send(
                request, stream, trace.begin(asked(asked, stream, Optional.of(request)), ExchangeTrace.CHAT, observer));
    }

    static CallTracing.Asked asked(ChatDestination.Cacheable asked, boolean stream, Optional<ChatRequest> request) {
        return new CallTracing.Asked(
                Operation.CHAT, asked.provider(), asked.telemetryName(), asked.model(), stream, request, asked.tags());
    }
}
