package io.github.camelllm.chat;

import java.util.List;

/** Whether and which tools the model has to use. */
public sealed interface ToolChoice {
    /** The model decides. */
    record Auto() implements ToolChoice {}

    /** No tool may be used. */
    record None() implements ToolChoice {}

    /** At least one tool has to be used. */
    record Required() implements ToolChoice {}

    /** This function has to be used. */
    record Function(String name) implements ToolChoice {}

    /**
     * Only these functions may be used.
     *
     * @param required whether one of them has to be
     */
    record Allowed(List<String> names, boolean required) implements ToolChoice {
        public Allowed {
            names = List.copyOf(names);
        }
    }
}
