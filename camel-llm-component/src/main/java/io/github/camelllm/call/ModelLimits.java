package io.github.camelllm.call;

import java.util.OptionalLong;

/**
 * How much a model reads and writes at most.
 *
 * @param contextWindowTokens input and output together; empty if unknown
 * @param maxOutputTokens longest answer, reasoning included; empty if unknown
 */
public record ModelLimits(OptionalLong contextWindowTokens, OptionalLong maxOutputTokens) {
    public static final ModelLimits UNKNOWN = new ModelLimits(OptionalLong.empty(), OptionalLong.empty());
}
