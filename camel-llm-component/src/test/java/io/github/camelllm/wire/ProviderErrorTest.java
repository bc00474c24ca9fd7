package io.github.camelllm.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmRateLimitedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderErrorTest {
    private static final WireTarget TARGET = WireTarget.of("acme", "m-1");

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_REQUEST, false",
        "401, AUTHENTICATION,  false",
        "402, RATE_LIMITED,    false",
        "403, AUTHENTICATION,  false",
        "404, INVALID_REQUEST, false",
        "408, TIMEOUT,         true",
        "409, UNAVAILABLE,     true",
        "413, INVALID_REQUEST, false",
        "422, INVALID_REQUEST, false",
        "425, UNAVAILABLE,     true",
        "429, RATE_LIMITED,    true",
        "498, UNAVAILABLE,     true",
        "500, UNAVAILABLE,     true",
        "502, UNAVAILABLE,     true",
        "503, UNAVAILABLE,     true",
        "504, TIMEOUT,         true",
        "529, UNAVAILABLE,     true",
    })
    void aBareStatusTellsTheKind(int status, ErrorKind kind, boolean retryable) {
        LlmException failure = ProviderError.ofStatus(status).toException(WireHeaders.NONE, TARGET);
        assertKind(failure, kind, retryable);
        assertThat(failure.getStatusCode()).isEqualTo(status);
        assertThat(failure.getErrorType()).isEqualTo(String.valueOf(status));
        assertThat(failure).hasMessage("acme/m-1 answered " + status);
    }

    @ParameterizedTest
    @CsvSource({
        "messages[0].content, CONTEXT_WINDOW_EXCEEDED",
        "messages[2].content[0].text, CONTEXT_WINDOW_EXCEEDED",
        "input, CONTEXT_WINDOW_EXCEEDED",
        "user, INVALID_REQUEST",
        "messages[2].tool_calls[0].id, INVALID_REQUEST",
        "tools[0].function.name, INVALID_REQUEST",
        ", INVALID_REQUEST"
    })
    void onlyAPromptThatIsTooLongExceedsTheContext(String param, ErrorKind kind) {
        for (OptionalInt status : List.of(OptionalInt.of(400), OptionalInt.empty())) {
            ProviderError error = new ProviderError(
                    status,
                    Optional.empty(),
                    Optional.of("string_above_max_length"),
                    Optional.ofNullable(param),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

            assertKind(error.toException(WireHeaders.NONE, TARGET), kind, false);
        }
    }

    /** Errors as the providers' documentation and recordings have them; − stands for a member that is absent. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // status | type | code | message | kind | retryable
                "429 | tokens | rate_limit_exceeded | Rate limit reached | RATE_LIMITED | true",
                "429 | insufficient_quota | insufficient_quota | You exceeded your current quota | RATE_LIMITED | false",
                "429 | - | - | You exceeded your current quota, please check your plan and billing | RATE_LIMITED | false",
                "429 | tokens | rate_limit_exceeded | Request too large for m-1 on tokens per min | RATE_LIMITED | false",
                "413 | tokens | rate_limit_exceeded | Request too large for model | RATE_LIMITED | false",
                "400 | invalid_request_error | context_length_exceeded | too long | CONTEXT_WINDOW_EXCEEDED | false",
                "400 | invalid_request_error | - | This model's maximum context length is 8 | CONTEXT_WINDOW_EXCEEDED | false",
                "413 | - | - | prompt is too long: 9 tokens > 8 maximum | CONTEXT_WINDOW_EXCEEDED | false",
                "400 | INVALID_ARGUMENT | 400 | The input token count (9) exceeds the maximum | CONTEXT_WINDOW_EXCEEDED | false",
                "400 | exceed_context_size_error | 400 | - | CONTEXT_WINDOW_EXCEEDED | false",
                "200 | - | 1039 | token limit | CONTEXT_WINDOW_EXCEEDED | false",
                "400 | - | content_filter | - | CONTENT_FILTERED | false",
                "400 | ResponsibleAIPolicyViolation | - | - | CONTENT_FILTERED | false",
                "400 | data_inspection_failed | - | - | CONTENT_FILTERED | false",
                "400 | invalid_request_error | - | blocked by our content management policy | CONTENT_FILTERED | false",
                "401 | invalid_request_error | invalid_api_key | - | AUTHENTICATION | false",
                "401 | - | 1002 | token expired | AUTHENTICATION | false",
                "400 | INVALID_ARGUMENT | 400 | API key not valid. Please pass one | AUTHENTICATION | false",
                "400 | - | Client specified an invalid argument | Incorrect API key provided | AUTHENTICATION | false",
                "403 | permission_error | - | - | AUTHENTICATION | false",
                "404 | not_found_error | - | model: m-1 | INVALID_REQUEST | false",
                "400 | invalid_request_error | - | Your credit balance is too low to go on | RATE_LIMITED | false",
                "400 | invalid_request_error | - | You have reached your specified API usage limits | RATE_LIMITED | false",
                "402 | - | 402 | Insufficient Balance | RATE_LIMITED | false",
                "429 | rate_limit_error | enforced_spend_limit_reached | - | RATE_LIMITED | false",
                "429 | - | 1113 | - | RATE_LIMITED | false",
                "429 | - | 1302 | - | RATE_LIMITED | true",
                "200 | - | 1002 | rate limit | RATE_LIMITED | true",
                "200 | - | 1008 | insufficient balance | RATE_LIMITED | false",
                "200 | - | 2013 | invalid params | INVALID_REQUEST | false",
                "429 | exceeded_current_quota_error | - | - | RATE_LIMITED | false",
                "429 | engine_overloaded_error | - | - | UNAVAILABLE | true",
                "529 | overloaded_error | - | Overloaded | UNAVAILABLE | true",
                "500 | api_error | - | - | UNAVAILABLE | true",
                "504 | timeout_error | - | - | TIMEOUT | true",
                "504 | DEADLINE_EXCEEDED | 504 | - | TIMEOUT | true",
                "429 | RESOURCE_EXHAUSTED | 429 | You exceeded your current quota, please check your plan and billing details | RATE_LIMITED | true",
                "429 | RESOURCE_EXHAUSTED | GenerateRequestsPerDayPerProjectPerModel | You exceeded your quota | RATE_LIMITED | false",
                "429 | Throttling | - | - | RATE_LIMITED | true",
                "429 | - | Throttling.RateQuota | - | RATE_LIMITED | true",
                "429 | - | Throttling.AllocationQuota | - | RATE_LIMITED | false",
                "400 | Arrearage | - | - | RATE_LIMITED | false",
                "429 | ThrottlingException | - | Too many tokens, please wait | RATE_LIMITED | true",
                "429 | ThrottlingException | - | Too many tokens per day, please wait | RATE_LIMITED | false",
                "400 | ServiceQuotaExceededException | - | - | RATE_LIMITED | false",
                "403 | ExpiredTokenException | - | - | AUTHENTICATION | false",
                "424 | ModelErrorException | - | - | UNAVAILABLE | true",
                "408 | ModelTimeoutException | - | - | TIMEOUT | true",
                "400 | ValidationException | - | Input is too long for requested model | CONTEXT_WINDOW_EXCEEDED | false",
                "503 | unavailable_error | 503 | Loading model | UNAVAILABLE | true",
                // inside streams, where no status is known
                "- | throttlingException | - | Too many tokens, please wait | RATE_LIMITED | true",
                "- | validationException | - | The model id is invalid | INVALID_REQUEST | false",
                "- | modelStreamErrorException | - | - | UNAVAILABLE | true",
                "- | overloaded_error | - | Overloaded | UNAVAILABLE | true",
                "- | invalid_request_error | - | - | INVALID_REQUEST | false",
                "- | server_error | - | - | UNAVAILABLE | true",
                "- | - | 429 | Provider returned error | RATE_LIMITED | true",
                "- | - | 402 | - | RATE_LIMITED | false",
                "- | - | 400 | - | INVALID_REQUEST | false",
                "200 | - | 403 | moderation | AUTHENTICATION | false",
                "- | - | - | - | UNAVAILABLE | true",
            })
    void codeWordsAndStatusTellTheKind(
            Integer status, String type, String code, String message, ErrorKind kind, boolean retryable) {
        LlmException failure = error(status, type, code, message).toException(WireHeaders.NONE, TARGET);
        assertKind(failure, kind, retryable);
    }

    private static ProviderError error(Integer status, String type, String code, String message) {
        return new ProviderError(
                status == null ? OptionalInt.empty() : OptionalInt.of(status),
                Optional.ofNullable(type),
                Optional.ofNullable(code),
                Optional.empty(),
                Optional.ofNullable(message),
                Optional.empty(),
                Optional.empty());
    }

    private static void assertKind(LlmException failure, ErrorKind kind, boolean retryable) {
        ErrorDetails any = ErrorDetails.local("p", "m", "t", false);
        assertThat(failure).isExactlyInstanceOf(kind.exception("", any).getClass());
        assertThat(failure.isRetryable()).isEqualTo(retryable);
    }

    @ParameterizedTest
    @CsvSource({
        "503, true,     true",
        "503, false,    false",
        "503, ' FALSE', false",
        "503, maybe,    true",
        "503, '',       true",
        "400, true,     true",
        "400, 1,        false"
    })
    void theProvidersWordOnRetryingDecides(int status, String shouldRetry, boolean retryable) {
        LlmException failure =
                ProviderError.ofStatus(status).toException(Headers.of("X-Should-Retry", shouldRetry), TARGET);
        assertThat(failure.isRetryable()).isEqualTo(retryable);
    }

    @Test
    void takesTheWaitFromTheFirstPlaceThatTellsOne() {
        Headers limits = Headers.of("x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "40s");
        Headers all =
                Headers.of("retry-after", "20", "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "40s");
        String words = "Rate limit reached. Please try again in 50s. Thank you";
        assertThat(waiting(429, Optional.of(Duration.ofSeconds(30)), words, all))
                .hasSeconds(20);
        assertThat(waiting(429, Optional.of(Duration.ofSeconds(30)), words, limits))
                .hasSeconds(30);
        assertThat(waiting(429, Optional.of(Duration.ZERO), words, limits)).hasSeconds(40);
        assertThat(waiting(429, Optional.empty(), words, WireHeaders.NONE)).hasSeconds(50);
        LlmException failure = withWait(429, Optional.empty(), "later", WireHeaders.NONE);
        assertThat(failure.retryAfter()).isEmpty();
        assertThat(failure.getRetryAfterMillis()).isEqualTo(-1);
    }

    @Test
    void limitsTellNoWaitForOtherFailures() {
        Headers limits = Headers.of("x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "40s");
        assertThat(withWait(503, Optional.empty(), "", limits).retryAfter()).isEmpty();
        assertThat(withWait(503, Optional.empty(), "", Headers.of("retry-after", "3"))
                        .retryAfter())
                .contains(Duration.ofSeconds(3));
    }

    private static Duration waiting(int status, Optional<Duration> wait, String words, WireHeaders headers) {
        return withWait(status, wait, words, headers).retryAfter().orElseThrow();
    }

    private static LlmException withWait(int status, Optional<Duration> wait, String words, WireHeaders headers) {
        return new ProviderError(
                        OptionalInt.of(status),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(words),
                        Optional.empty(),
                        wait)
                .toException(headers, TARGET);
    }

    @Test
    void keepsTheProvidersWordsApartFromTheMessage() {
        LlmException failure = new ProviderError(
                        OptionalInt.of(400),
                        Optional.of("invalid_request_error"),
                        Optional.of("invalid_value"),
                        Optional.of("messages[0].content"),
                        Optional.of("the prompt 'canary' is bad"),
                        Optional.of("req_1"),
                        Optional.empty())
                .toException(Headers.of("x-request-id", "req_2"), TARGET);
        assertThat(failure).hasMessage("acme/m-1 answered 400 invalid_value for parameter 'messages[0].content'");
        assertThat(failure.toString() + failure.details()).doesNotContain("canary");
        assertThat(failure.providerMessage()).contains("the prompt 'canary' is bad");
        assertThat(failure.getRequestId()).isEqualTo("req_1");
        assertThat(failure.getProvider()).isEqualTo("acme");
        assertThat(failure.getModel()).isEqualTo("m-1");
    }

    @Test
    void repeatsCodesAndParametersOnlyIfTheyLookLikeNames() {
        LlmException failure = new ProviderError(
                        OptionalInt.of(400),
                        Optional.of("a canary sentence"),
                        Optional.of("canary\n"),
                        Optional.of("canary " + "x".repeat(100)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .toException(WireHeaders.NONE, TARGET);
        assertThat(failure).hasMessage("acme/m-1 answered 400");
        assertThat(failure.getErrorType()).isEqualTo("400");
    }

    @ParameterizedTest
    @CsvSource({"X-Request-Id", "request-id", "x-amzn-RequestId", "apim-request-id", "x-debug-trace-id"})
    void takesTheRequestIdFromTheHeaders(String name) {
        LlmException failure = ProviderError.ofStatus(500).toException(Headers.of(name, "r-1"), TARGET);
        assertThat(failure.getRequestId()).isEqualTo("r-1");
        assertThat(ProviderError.requestId(WireHeaders.NONE)).isEmpty();
    }

    @Test
    void anErrorInsideAStreamNamesItself() {
        LlmException failure =
                error(null, "rate_limit_error", null, "slow down").toException(WireHeaders.NONE, TARGET);
        assertThat(failure)
                .isInstanceOf(LlmRateLimitedException.class)
                .hasMessage("acme/m-1 reported an error rate_limit_error");
        assertThat(failure.getStatusCode()).isZero();
    }

    @Property
    void anyErrorGivesAnException(
            @ForAll int status, @ForAll String type, @ForAll String code, @ForAll String message) {
        LlmException failure = error(status, type, code, message).toException(WireHeaders.NONE, TARGET);
        assertThat(failure.getErrorType()).isNotEmpty();
        assertThat(failure.getMessage()).startsWith("acme/m-1 ");
    }
}
