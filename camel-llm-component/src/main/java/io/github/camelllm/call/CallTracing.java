package io.github.camelllm.call;

import io.github.camelllm.chat.ChatRequest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Begins to follow calls. The one bean of this type in Camel's registry is found by itself. Thread-safe; must neither block nor throw. */
public interface CallTracing {
    /**
     * A call begins: a question to one model, or to a router, that is answered once or fails once.
     *
     * @param headers finds a header of the message that asks, such as {@code traceparent}
     */
    CallTrace begin(Asked asked, Function<String, Optional<String>> headers);

    /** Whether requests and answers must be decoded for it, also where they could be passed on as they are. */
    default boolean readsContent() {
        return false;
    }

    /**
     * What is asked of whom.
     *
     * @param provider its id; {@code router} for a router
     * @param telemetryName its {@code gen_ai.provider.name}
     * @param model the model, or the router's name
     * @param stream whether the answer is to be read as a stream
     * @param request what is asked; empty if it is no chat, or is passed on without being decoded
     * @param tags labels given by the caller
     */
    record Asked(
            Operation operation,
            String provider,
            String telemetryName,
            String model,
            boolean stream,
            Optional<ChatRequest> request,
            Map<String, String> tags) {
        public Asked {
            tags = Map.copyOf(tags);
        }

        /** Without the request. */
        @Override
        public String toString() {
            return operation.wireName() + " " + provider + "/" + model;
        }
    }
}
