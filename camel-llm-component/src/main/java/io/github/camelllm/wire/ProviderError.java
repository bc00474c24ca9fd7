package io.github.camelllm.wire;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an error answer says, read from any dialect's shape, and the exception it stands for. Decided by the provider's
 * code or type first, by its words where it has no code for the case, and by the HTTP status last; a status of 401 alone
 * says enough. Where the HTTP status says nothing (inside a stream, or 200 with an error in the body), a code that looks
 * like a status counts as one.
 *
 * <p>A limit that is no use waiting for is {@link ErrorKind#RATE_LIMITED} and not retryable: a quota or balance that is
 * used up, and a request that is larger than a limit by itself.
 *
 * <p>The wait is the first of: the headers {@code retry-after-ms} and {@code retry-after}, the body's, and if a rate limit
 * was hit the time until the exhausted limits are reset, and what the words say.
 *
 * @param status HTTP status of the answer; empty for an error inside a stream that names none
 * @param type the provider's type of the error ({@code error.type}, {@code error.status})
 * @param code the provider's code ({@code error.code}, {@code error.details.error_code}), numbers as text
 * @param param the request member it complains about
 * @param message the provider's words
 * @param requestId the provider's id of the request, from the body
 * @param retryAfter a wait that the body asks for
 */
public record ProviderError(
        OptionalInt status,
        Optional<String> type,
        Optional<String> code,
        Optional<String> param,
        Optional<String> message,
        Optional<String> requestId,
        Optional<Duration> retryAfter) {

    /** OpenAI's code for a text of any member, ids and names included, that is longer than its limit. */
    private static final String TOO_LONG_TEXT = "string_above_max_length";

    private static final Pattern PROMPT_MEMBER = Pattern.compile("messages\\b.*\\bcontent\\b.*|(input|prompt)\\b.*");

    private static final Set<String> CONTEXT_CODES =
            Set.of("context_length_exceeded", "exceed_context_size_error", "model_context_window_exceeded", "1039");
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
            "throttling.allocationquota",
            "servicequotaexceededexception",
            "1113",
            "1008");
    private static final Set<String> RATE_CODES = Set.of(
            "rate_limit_exceeded",
            "rate_limit_error",
            "rate_limit_reached_error",
            "resource_exhausted",
            "request_limit_exceeded",
            "limit_requests",
            "limit_burst_rate",
            "throttling",
            "throttling.ratequota",
            "throttling.burstrate",
            "throttlingexception",
            "modelnotreadyexception",
            "too_many_requests",
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
            "internalserverexception",
            "serviceunavailableexception",
            "modelerrorexception",
            "modelstreamerrorexception",
            "aborted");
    private static final Set<String> TIMEOUT_CODES =
            Set.of("timeout_error", "deadline_exceeded", "timeout", "modeltimeoutexception");
    private static final Set<String> AUTHENTICATION_CODES = Set.of(
            "invalid_api_key",
            "authentication_error",
            "invalid_authentication_error",
            "permission_error",
            "permission_denied",
            "unauthenticated",
            "api_key_invalid",
            "account_deactivated",
            "accessdeniedexception",
            "unrecognizedclientexception",
            "expiredtokenexception",
            "invalidsignatureexception",
            "1004");
    /** Looked at only where no HTTP status says more. */
    private static final Set<String> INVALID_CODES = Set.of(
            "invalid_request_error",
            "invalid_request",
            "invalid_argument",
            "bad_request",
            "invalid_value",
            "invalid_prompt",
            TOO_LONG_TEXT,
            "unsupported_parameter",
            "unsupported_value",
            "request_too_large",
            "model_not_found",
            "not_found_error",
            "not_found",
            "tool_use_failed",
            "json_validate_failed",
            "validationexception",
            "resourcenotfoundexception",
            "conflictexception",
            "2013");

    private static final Pattern CONTEXT_WORDS = Pattern.compile(
            "maximum context length|context length|context window|prompt is too long|input is too long"
                    + "|input token count.{0,40}exceeds|too many (input )?tokens|exceeds? the (model'?s )?(maximum )?(context|token)"
                    + "|reduce the length of the (messages|prompt)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern FILTER_WORDS = Pattern.compile(
            "content (management )?(policy|filter)|safety (system|filter)|flagged (as|by|for)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTA_WORDS = Pattern.compile(
            "insufficient (balance|credits?|funds)|out of credits?|PerDay|too many tokens per day|API calls / month"
                    + "|credit balance is too low|reached your specified .{0,20}usage limits?",
            Pattern.CASE_INSENSITIVE);

    /** Google says this of limits per minute too. */
    private static final Pattern BILLING_WORDS =
            Pattern.compile("exceeded your current quota.{0,60}billing", Pattern.CASE_INSENSITIVE);

    private static final Set<String> GOOGLE_CODES = Set.of("resource_exhausted");
    private static final Pattern TOO_LARGE_WORDS = Pattern.compile("^\\W*request too large", Pattern.CASE_INSENSITIVE);
    private static final Pattern KEY_WORDS =
            Pattern.compile("api key not valid|(invalid|incorrect) api key", Pattern.CASE_INSENSITIVE);
    private static final Pattern STATUS_CODE = Pattern.compile("[45]\\d\\d");

    /** OpenAI's "Please try again in 6m0s", for the answers that come without a header. */
    private static final Pattern WAIT_IN_WORDS =
            Pattern.compile("(?:try again|retry) (?:in|after) ((?:\\d{1,9}(?:\\.\\d{1,9})?(?:ms|s|m|h|d))+)");

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
        Optional<Duration> wait = wait(kind, headers);
        boolean retryable = isRetryable(kind);
        String errorType = code.filter(ProviderError::isName)
                .or(() -> type.filter(ProviderError::isName))
                .orElseGet(() -> status.isPresent() ? String.valueOf(status.getAsInt()) : "unknown");
        ErrorDetails details = new ErrorDetails(
                target.provider(),
                target.model(),
                status,
                requestId.or(() -> requestId(headers)),
                errorType,
                shouldRetry(headers).orElse(retryable),
                wait,
                message);
        return kind.exception(describe(target, errorType), details);
    }

    /** The provider's id of a request, as its answers' headers give it. */
    public static Optional<String> requestId(WireHeaders headers) {
        return headers.first("x-request-id")
                .or(() -> headers.first("request-id"))
                .or(() -> headers.first("x-amzn-requestid"))
                .or(() -> headers.first("apim-request-id"))
                .or(() -> headers.first("x-debug-trace-id"))
                .or(() -> headers.first("x-generation-id"));
    }

    /** What OpenAI and Anthropic tell their own clients; anything but true and false is no word on it. */
    private static Optional<Boolean> shouldRetry(WireHeaders headers) {
        return headers.first("x-should-retry")
                .map(value -> value.trim().toLowerCase(Locale.ROOT))
                .filter(value -> value.equals("true") || value.equals("false"))
                .map(Boolean::parseBoolean);
    }

    private Optional<Duration> wait(ErrorKind kind, WireHeaders headers) {
        return RetryAfter.ofHeaders(headers)
                .or(() -> retryAfter.filter(wait -> !wait.isZero() && !wait.isNegative()))
                .or(() -> kind == ErrorKind.RATE_LIMITED ? RetryAfter.ofExhaustedLimits(headers) : Optional.empty())
                .or(this::waitInWords);
    }

    private Optional<Duration> waitInWords() {
        Matcher words = WAIT_IN_WORDS.matcher(message.orElse(""));
        return words.find() ? RetryAfter.ofDuration(words.group(1)) : Optional.empty();
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
        int known = knownStatus();
        if (known == 401) {
            return ErrorKind.AUTHENTICATION;
        }
        if (any(CONTEXT_CODES) || isPromptTooLong()) {
            return ErrorKind.CONTEXT_WINDOW_EXCEEDED;
        }
        if (any(FILTER_CODES)) {
            return ErrorKind.CONTENT_FILTERED;
        }
        if (any(QUOTA_CODES) || any(RATE_CODES)) {
            return ErrorKind.RATE_LIMITED;
        }
        if (isRequestFault(known)) {
            Optional<ErrorKind> told = kindInWords(message.orElse(""));
            if (told.isPresent()) {
                return told.get();
            }
        }
        if (any(AUTHENTICATION_CODES)) {
            return ErrorKind.AUTHENTICATION;
        }
        if (any(TIMEOUT_CODES)) {
            return ErrorKind.TIMEOUT;
        }
        if (any(UNAVAILABLE_CODES)) {
            return ErrorKind.UNAVAILABLE;
        }
        if (known == 0 && any(INVALID_CODES)) {
            return ErrorKind.INVALID_REQUEST;
        }
        return kindOf(known);
    }

    private boolean isPromptTooLong() {
        return any(Set.of(TOO_LONG_TEXT))
                && param.filter(member -> PROMPT_MEMBER.matcher(member).matches())
                        .isPresent();
    }

    private static Optional<ErrorKind> kindInWords(String words) {
        if (CONTEXT_WORDS.matcher(words).find()) {
            return Optional.of(ErrorKind.CONTEXT_WINDOW_EXCEEDED);
        }
        if (FILTER_WORDS.matcher(words).find()) {
            return Optional.of(ErrorKind.CONTENT_FILTERED);
        }
        if (KEY_WORDS.matcher(words).find()) {
            return Optional.of(ErrorKind.AUTHENTICATION);
        }
        return QUOTA_WORDS.matcher(words).find() ? Optional.of(ErrorKind.RATE_LIMITED) : Optional.empty();
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
            case 425:
            case 498:
                return ErrorKind.UNAVAILABLE;
            default:
                return status >= 400 && status < 500 ? ErrorKind.INVALID_REQUEST : ErrorKind.UNAVAILABLE;
        }
    }

    /** The HTTP status if it is one of a failure, else a code that looks like one, else 0. */
    private int knownStatus() {
        if (status.isPresent() && status.getAsInt() >= 400) {
            return status.getAsInt();
        }
        return code.filter(value -> STATUS_CODE.matcher(value).matches())
                .map(Integer::parseInt)
                .orElse(0);
    }

    /** Whether an error's words can be about what was sent; only then they are read. */
    private static boolean isRequestFault(int status) {
        return status == 0 || status == 400 || status == 403 || status == 413 || status == 422;
    }

    private boolean isRetryable(ErrorKind kind) {
        switch (kind) {
            case RATE_LIMITED:
                return !isQuota() && !isTooLarge();
            case UNAVAILABLE:
            case TIMEOUT:
                return true;
            default:
                return false;
        }
    }

    private boolean isQuota() {
        String words = message.orElse("");
        return knownStatus() == 402
                || any(QUOTA_CODES)
                || QUOTA_WORDS.matcher(words).find()
                || QUOTA_WORDS.matcher(code.orElse("")).find()
                || (BILLING_WORDS.matcher(words).find() && !any(GOOGLE_CODES));
    }

    /** Whether the request is larger by itself than what the limit lets through in its whole window. */
    private boolean isTooLarge() {
        return knownStatus() == 413
                || TOO_LARGE_WORDS.matcher(message.orElse("")).find();
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
