package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;

/** Where the chat requests of one exchange go. */
interface ChatDestination {
    /** The model that a request names; a router's name where the model is not chosen yet. */
    String model();

    /** Starts a call and returns at once. A schema that the model cannot be given natively is put into words. */
    CallHandle send(ChatRequest request, boolean stream, CallObserver<ChatResponse> observer);
}
