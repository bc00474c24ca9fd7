package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatRequest;

/**
 * Decides what the simulated model says. Called on an event loop and from several of them at once: it must be
 * thread-safe and must not block. An exception that it throws is answered with status 500.
 */
@FunctionalInterface
public interface Responder {
    ScriptedAnswer answer(ChatRequest request);
}
