package io.github.camelllm.wire;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an error answer says, read from any dialect's shape, and the exception it stands for. Decided by the provider's
 * code or type first, by its words where it has no code for the case, and by the HTTP status last.
 *
 * @param status HTTP status of the answer; empty for an error inside a stream that names none
 * @param type the provider's type of the error ({@code error.type}, {@code error.status})
 * @param code the provider's code ({@code error.code}, {@code error.details.error_code}), numbers as text
 * @param param the request member it complains about
 * @param message the provider's words
 * @param requestId the provider's id of the request, from the body
 * @param retryAfter a wait that the body asks for; the headers' wait is used where this is empty
 */
public record ProviderError(
        OptionalInt status,
        Optional<String> type,
        Optional<String> code,
        Optional<String> param,
        Optional<String> message,
        Optional<String> requestId,
        Optional<Duration> retryAfter) {

    private static final Set<String> CONTEXT_CODES = Set.of(
            "context_length_exceeded",
            "exceed_context_size_error",
            "model_context_window_exceeded",
            "string_above_max_length");
    private static final Set<String> FILTER_CODES = Set.of(
            "content_filter",
            "content_policy_violation",
            "data_inspection_failed",
            "responsibleaipolicyviolation",
            "1301",
            "1026",
            "1027");
    private static final Set<String> QUOTA_CODES = Set.of(
            "insufficient_quota",
            "exceeded_current_quota_error",
            "billing_error",
            "billing_hard_limit_reached",
            "enforced_spend_limit_reached",
            "contract_spend_limit_reached",
            "arrearage",
            "1113",
            "1008");
    private static final Set<String> RATE_CODES = Set.of(
            "rate_limit_exceeded",
            "rate_limit_error",
            "rate_limit_reached_error",
            "resource_exhausted",
            "request_limit_exceeded",
            "1302",
            "1303",
            "1305",
            "1002");
    private static final Set<String> UNAVAILABLE_CODES = Set.of(
            "overloaded_error",
            "engine_overloaded_error",
            "server_error",
            "api_error",
            "internal",
            "internal_server_error",
            "unavailable",
            "unavailable_error",
            "service_unavailable",
            "aborted");
    private static final Set<String> TIMEOUT_CODES = Set.of("timeout_error", "deadline_exceeded", "timeout");
    private static final Set<String> AUTHENTICATION_CODES = Set.of(
            "invalid_api_key",
            "authentication_error",
            "invalid_authentication_error",
            "permission_error",
            "permission_denied",
            "unauthenticated",
            "api_key_invalid",
            "account_deactivated",
            "1004");
    /** Looked at for errors inside streams only, since an HTTP status says more. */
    private static final Set<String> REQUEST_CODES =
            Set.of("invalid_request_error", "not_found_error", "request_too_large");

    private static final Pattern CONTEXT_WORDS = Pattern.compile(
            "maximum context length|context length|context window|prompt is too long|input is too long"
                    + "|input token count.{0,40}exceeds|too many (input )?tokens|exceeds? the (model'?s )?(maximum )?(context|token)"
                    + "|reduce the length of the (messages|prompt)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern FILTER_WORDS = Pattern.compile(
            "content (management )?(policy|filter)|safety (system|filter)|flagged (as|by|for)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTA_WORDS = Pattern.compile(
            "exceeded your current quota.{0,60}billing|insufficient (balance|credits?|funds)|out of credits?|PerDay",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern KEY_WORDS =
            Pattern.compile("api key not valid|invalid api key", Pattern.CASE_INSENSITIVE);

    /** An error of which only the status is known: an empty body, an HTML page. */
    public static ProviderError ofStatus(int status) {
        return new ProviderError(
                OptionalInt.of(status),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The exception that this error stands for. */
    public LlmException toException(WireHeaders headers, WireTarget target) {
        ErrorKind kind = kind();
        boolean quota = kind == ErrorKind.RATE_LIMITED && isQuota();
        Optional<Duration> wait = retryAfter.or(() -> RetryAfter.ofHeaders(headers));
        boolean retryable = retryable(kind, quota);
        String errorType = code.filter(ProviderError::isName)
                .or(() -> type.filter(ProviderError::isName))
                .orElseGet(() -> status.isPresent() ? String.valueOf(status.getAsInt()) : "unknown");
        ErrorDetails details = new ErrorDetails(
                target.provider(),
                target.model(),
                status,
                requestId.or(() -> requestId(headers)),
                errorType,
                headers.first("x-should-retry").map(Boolean::parseBoolean).orElse(retryable),
                wait,
                message);
        return kind.exception(describe(target, errorType), details);
    }

    /** The provider's id of a request, as its answers' headers give it. */
    public static Optional<String> requestId(WireHeaders headers) {
        return headers.first("x-request-id")
                .or(() -> headers.first("request-id"))
                .or(() -> headers.first("x-amzn-requestid"))
                .or(() -> headers.first("apim-request-id"));
    }

    private String describe(WireTarget target, String errorType) {
        StringBuilder text = new StringBuilder(target.provider()).append('/').append(target.model());
        text.append(status.isPresent() ? " answered " + status.getAsInt() : " reported an error");
        if (status.isEmpty() || !errorType.equals(String.valueOf(status.getAsInt()))) {
            text.append(' ').append(errorType);
        }
        param.filter(ProviderError::isName)
                .ifPresent(name -> text.append(" for parameter '").append(name).append('\''));
        return text.toString();
    }

    private ErrorKind kind() {
        String words = message.orElse("");
        if (any(CONTEXT_CODES)
                || isRequestFault() && CONTEXT_WORDS.matcher(words).find()) {
            return ErrorKind.CONTEXT_WINDOW_EXCEEDED;
        }
        if (any(FILTER_CODES) || isRequestFault() && FILTER_WORDS.matcher(words).find()) {
            return ErrorKind.CONTENT_FILTERED;
        }
        if (any(QUOTA_CODES) || any(RATE_CODES)) {
            return ErrorKind.RATE_LIMITED;
        }
        if (any(AUTHENTICATION_CODES)
                || isRequestFault() && KEY_WORDS.matcher(words).find()) {
            return ErrorKind.AUTHENTICATION;
        }
        if (any(TIMEOUT_CODES)) {
            return ErrorKind.TIMEOUT;
        }
        if (any(UNAVAILABLE_CODES)) {
            return ErrorKind.UNAVAILABLE;
        }
        if (status.isEmpty() && any(REQUEST_CODES)) {
            return ErrorKind.INVALID_REQUEST;
        }
        return kindOf(status.orElse(0));
    }

    private static ErrorKind kindOf(int status) {
        switch (status) {
            case 401:
            case 403:
                return ErrorKind.AUTHENTICATION;
            case 402:
            case 429:
                return ErrorKind.RATE_LIMITED;
            case 408:
            case 504:
                return ErrorKind.TIMEOUT;
            case 409:
            case 498:
                return ErrorKind.UNAVAILABLE;
            default:
                return status >= 400 && status < 500 ? ErrorKind.INVALID_REQUEST : ErrorKind.UNAVAILABLE;
        }
    }

    private boolean isRequestFault() {
        int known = status.orElse(400);
        return known == 400 || known == 413 || known == 422 || known == 403;
    }

    private boolean isQuota() {
        return status.orElse(0) == 402
                || any(QUOTA_CODES)
                || QUOTA_WORDS.matcher(message.orElse("")).find();
    }

    private static boolean retryable(ErrorKind kind, boolean quota) {
        switch (kind) {
            case RATE_LIMITED:
                return !quota;
            case UNAVAILABLE:
            case TIMEOUT:
                return true;
            default:
                return false;
        }
    }

    private boolean any(Set<String> codes) {
        return code.filter(value -> codes.contains(value.toLowerCase(Locale.ROOT)))
                        .isPresent()
                || type.filter(value -> codes.contains(value.toLowerCase(Locale.ROOT)))
                        .isPresent();
    }

    /** Codes and parameter names are repeated in messages and metrics, so they must look like names. */
    private static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= 80 && text.matches("[A-Za-z0-9_.\\[\\]-]+");
    }
}
