package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatRequest;

/**
 * Decides what the simulated model says. Called on an event loop and from several of them at once: it must be
 * thread-safe and must not block. An {@link IllegalArgumentException} that it throws is answered with status 400 and its
 * message, any other exception with status 500.
 */
@FunctionalInterface
public interface Responder {
    ScriptedAnswer answer(ChatRequest request);
}
