package io.github.camelllm.chat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known of a failed call.
 *
 * @param provider id of the provider, such as {@code groq}
 * @param model the model asked
 * @param statusCode HTTP status; empty if no answer came
 * @param requestId the provider's id of the request, for its support
 * @param errorType low-cardinality name of the failure for {@code error.type}: the provider's code or type, else our own
 * @param retryable whether the same call may succeed later
 * @param retryAfter how long the provider asks to wait
 * @param providerMessage the provider's own words. They can quote the prompt or a part of the key, so they are kept
 *     apart from the exception's message and never logged by this library
 */
public record ErrorDetails(
        String provider,
        String model,
        OptionalInt statusCode,
        Optional<String> requestId,
        String errorType,
        boolean retryable,
        Optional<Duration> retryAfter,
        Optional<String> providerMessage) {

    /** Details of a failure that no provider reported. */
    public static ErrorDetails local(String provider, String model, String errorType, boolean retryable) {
        return new ErrorDetails(
                provider,
                model,
                OptionalInt.empty(),
                Optional.empty(),
                errorType,
                retryable,
                Optional.empty(),
                Optional.empty());
    }

    public ErrorDetails withRequestId(Optional<String> id) {
        return new ErrorDetails(provider, model, statusCode, id, errorType, retryable, retryAfter, providerMessage);
    }

    @Override
    public String toString() {
        return "ErrorDetails[" + provider + "/" + model + ", " + errorType + "]";
    }
}
