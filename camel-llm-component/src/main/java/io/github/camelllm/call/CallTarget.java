package io.github.camelllm.call;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.transport.Credentials;
import io.github.camelllm.transport.HttpTimeouts;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.WireTarget;
import java.util.Map;
import java.util.Optional;

/**
 * Everything about where a call goes.
 *
 * @param telemetryName the provider's {@code gen_ai.provider.name}
 * @param baseUrl address that the dialect's paths are appended to, without a slash at its end
 * @param headers fixed headers beside those of dialect and credentials
 * @param wire names and differences for the codec
 * @param maxResponseBytes largest answer read, streamed or not
 * @param maxEventBytes largest single event of a stream
 * @param idempotencyHeader header that the provider reads an idempotency key from; empty if it takes none
 * @param attemptIdHeader header that the provider logs the id of an attempt's record from; empty if it has none
 * @param retry when a failed call is sent again
 * @param commit how much of a streamed answer is held back at first
 * @param streamLimits when a streamed answer counts as broken although it goes on
 * @param health how the target is doing, shared by all who ask it
 * @param limits how much the model reads and writes at most
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
        int maxEventBytes,
        Optional<String> idempotencyHeader,
        Optional<String> attemptIdHeader,
        RetryPolicy retry,
        CommitPolicy commit,
        StreamLimits streamLimits,
        TargetHealth health,
        ModelLimits limits) {
    public CallTarget {
        headers = Map.copyOf(headers);
    }

    /** The same target, asked with other credentials. */
    public CallTarget with(Credentials other, TargetHealth otherHealth) {
        return new CallTarget(
                telemetryName,
                baseUrl,
                dialect,
                wire,
                other,
                headers,
                timeouts,
                maxResponseBytes,
                maxEventBytes,
                idempotencyHeader,
                attemptIdHeader,
                retry,
                commit,
                streamLimits,
                otherHealth,
                limits);
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
