package io.github.camelllm.router;

import io.github.camelllm.call.CallTarget;
import io.github.camelllm.chat.ChatRequest;
import java.util.function.UnaryOperator;

/**
 * A target of a router, ready to be asked.
 *
 * @param name of the target in its router, for people
 * @param adapt makes the request fit the target: its model, its options, its way to ask for a schema
 * @param changesOnlyModel whether {@code adapt} leaves all but the model as it is
 */
public record Leg(String name, CallTarget target, UnaryOperator<ChatRequest> adapt, boolean changesOnlyModel) {}
