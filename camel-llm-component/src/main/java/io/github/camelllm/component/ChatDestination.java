package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the chat requests of one exchange go. */
interface ChatDestination {
    /** The model that a request names; a router's name where the model is not chosen yet. */
    String model();

    /** Starts a call and returns at once. A schema that the model cannot be given natively is put into words. */
    CallHandle send(ChatRequest request, boolean stream, CallObserver<ChatResponse> observer);

    /** Whether the last answer came from the cache, or why not; empty without a cache. */
    default Optional<String> cacheStatus() {
        return Optional.empty();
    }

    /** A destination whose answers can be cached. */
    interface Cacheable extends ChatDestination {
        /** The provider's id, or {@code router}. */
        String provider();

        /** The provider's {@code gen_ai.provider.name}. */
        String telemetryName();

        /** Labels for records. */
        Map<String, String> tags();

        Deadline deadline();

        /** Starts the call of a client with a wire format of its own, and returns at once. */
        CallHandle send(WireRequest request, CallObserver<WireAnswer> observer);

        /** All but the request that an answer depends on, without keys: texts, numbers, records, and maps and lists of them. */
        List<Object> place();
    }
}
