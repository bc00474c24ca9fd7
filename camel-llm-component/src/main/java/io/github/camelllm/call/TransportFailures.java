package io.github.camelllm.call;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.transport.TransportException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** The exception that a failure of the network stands for. */
final class TransportFailures {
    private TransportFailures() {}

    /** @param status of the answer if its head had come, else 0 */
    static LlmException toLlmException(
            TransportException failure, CallTarget target, Optional<String> requestId, int status) {
        ErrorKind kind = kindOf(failure);
        ErrorDetails details = new ErrorDetails(
                target.provider(),
                target.model(),
                status == 0 ? OptionalInt.empty() : OptionalInt.of(status),
                requestId,
                failure.kind().name().toLowerCase(Locale.ROOT),
                kind != ErrorKind.MALFORMED_RESPONSE && failure.kind() != TransportException.Kind.TLS,
                Optional.empty(),
                Optional.empty());
        return kind.exception(target + ": " + failure.getMessage(), details, failure);
    }

    private static ErrorKind kindOf(TransportException failure) {
        if (failure.isTimeout()) {
            return ErrorKind.TIMEOUT;
        }
        switch (failure.kind()) {
            case BODY_TOO_LARGE:
            case PROTOCOL:
            case HANDLER_FAILED:
                return ErrorKind.MALFORMED_RESPONSE;
            default:
                return ErrorKind.UNAVAILABLE;
        }
    }
}
