package io.github.camelllm.call;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.transport.Credentials;
import io.github.camelllm.transport.HttpTimeouts;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.WireTarget;
import java.util.Map;

/**
 * Everything about where a call goes.
 *
 * @param telemetryName the provider's {@code gen_ai.provider.name}
 * @param baseUrl address that the dialect's paths are appended to, without a slash at its end
 * @param headers fixed headers beside those of dialect and credentials
 * @param wire names and differences for the codec
 * @param maxResponseBytes largest answer read, streamed or not
 * @param maxEventBytes largest single event of a stream
 */
public record CallTarget(
        String telemetryName,
        String baseUrl,
        Dialect dialect,
        WireTarget wire,
        Credentials credentials,
        Map<String, String> headers,
        HttpTimeouts timeouts,
        long maxResponseBytes,
        int maxEventBytes) {
    public CallTarget {
        headers = Map.copyOf(headers);
    }

    public String provider() {
        return wire.provider();
    }

    public String model() {
        return wire.model();
    }

    /** The error for an operation that the provider's dialect does not have. */
    LlmInvalidRequestException lacks(Operation operation) {
        return new LlmInvalidRequestException(
                this + " has no operation '" + operation.wireName() + "' (dialect " + dialect.name() + ")",
                ErrorDetails.local(provider(), model(), "unsupported_operation", false),
                null);
    }

    @Override
    public String toString() {
        return provider() + "/" + model();
    }
}
