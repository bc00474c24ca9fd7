package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.DIALECT;
import static io.github.camelllm.wire.gemini.GeminiCases.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.WireHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiErrorTest {
    private static LlmException failure(int status, String body) {
        return DIALECT.chat()
                .decodeError(
                        status, WireHeaders.NONE, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), TARGET);
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_ARGUMENT, LlmInvalidRequestException, false",
        "400, FAILED_PRECONDITION, LlmInvalidRequestException, false",
        "401, UNAUTHENTICATED, LlmAuthenticationException, false",
        "403, PERMISSION_DENIED, LlmAuthenticationException, false",
        "404, NOT_FOUND, LlmInvalidRequestException, false",
        "409, ABORTED, LlmUnavailableException, true",
        "429, RESOURCE_EXHAUSTED, LlmRateLimitedException, true",
        "500, INTERNAL, LlmUnavailableException, true",
        "503, UNAVAILABLE, LlmUnavailableException, true",
        "504, DEADLINE_EXCEEDED, LlmTimeoutException, true"
    })
    @DisplayName("oddity 55: details are optional")
    void readsEveryStatus(int status, String word, String type, boolean retryable) {
        LlmException failure =
                failure(status, "{'error':{'code':" + status + ",'message':'said so','status':'" + word + "'}}");
        assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure.getErrorType()).isEqualTo(word);
        assertThat(failure.getStatusCode()).isEqualTo(status);
        assertThat(failure.providerMessage()).contains("said so");
        assertThat(failure.getMessage())
                .startsWith("google/gemini-test answered ")
                .doesNotContain("said so");
    }

    @Test
    void waitsAsLongAsRetryInfoSays() {
        String details = "'details':[{'@type':'type.googleapis.com/google.rpc.QuotaFailure','violations':"
                + "[{'quotaId':'GenerateRequestsPerMinutePerProjectPerModel-FreeTier'}]},"
                + "{'@type':'type.googleapis.com/google.rpc.Help','links':[]},"
                + "{'@type':'type.googleapis.com/google.rpc.RetryInfo','retryDelay':'%s'}]";
        for (String[] delay : new String[][] {{"17s", "17"}, {"0.003s", "0.003"}, {"37.123456789s", "37.123456789"}}) {
            LlmException failure = failure(
                    429, "{'error':{'code':429,'status':'RESOURCE_EXHAUSTED'," + details.formatted(delay[0]) + "}}");
            assertThat(failure.retryAfter()).contains(Duration.parse("PT" + delay[1] + "S"));
            assertThat(failure.isRetryable()).isTrue();
        }
    }

    @Test
    void doesNotRetryWhenTheQuotaOfTheDayIsGone() {
        LlmException failure = failure(
                429,
                "{'error':{'code':429,'message':'You exceeded your current quota.','status':'RESOURCE_EXHAUSTED',"
                        + "'details':[{'@type':'type.googleapis.com/google.rpc.QuotaFailure','violations':"
                        + "[{'quotaId':'GenerateRequestsPerMinute'},{'quotaId':'GenerateRequestsPerDayPerModel'}]},"
                        + "{'@type':'type.googleapis.com/google.rpc.RetryInfo','retryDelay':'9s'}]}}");
        assertThat(failure).isInstanceOf(LlmRateLimitedException.class);
        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure.getErrorType()).isEqualTo("RESOURCE_EXHAUSTED");
    }

    @Test
    void takesABadKeyForWhatItIsThoughItsStatusIs400() {
        LlmException failure = failure(
                400,
                "{'error':{'code':400,'message':'API key not valid.','status':'INVALID_ARGUMENT','details':"
                        + "[{'@type':'type.googleapis.com/google.rpc.ErrorInfo','reason':'API_KEY_INVALID'}]}}");
        assertThat(failure).isInstanceOf(LlmAuthenticationException.class);
        assertThat(failure.getErrorType()).isEqualTo("API_KEY_INVALID");
    }

    @Test
    void tellsThatTheContextWindowIsTooSmall() {
        assertThat(
                        failure(
                                400,
                                "{'error':{'code':400,'status':'INVALID_ARGUMENT','message':"
                                        + "'The input token count (1300000) exceeds the maximum number of tokens allowed (1048576).'}}"))
                .isInstanceOf(LlmContextWindowExceededException.class);
    }

    @Test
    void namesTheParameterThatIsWrong() {
        LlmException failure = failure(
                400,
                "{'error':{'code':400,'status':'INVALID_ARGUMENT','details':[{'@type':"
                        + "'type.googleapis.com/google.rpc.BadRequest','fieldViolations':"
                        + "[{'field':'generation_config.top_k','description':'secret'}]}]}}");
        assertThat(failure)
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageEndingWith("for parameter 'generation_config.top_k'");
    }

    @Test
    void readsAnErrorInsideAnArray() {
        assertThat(failure(503, "[{'error':{'code':503,'message':'busy','status':'UNAVAILABLE'}}\n]")
                        .getErrorType())
                .isEqualTo("UNAVAILABLE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>Bad gateway</html>", "[]", "7", "{'error':null}", "{'error':'down'}", "{"})
    void readsAnyOtherBodyByItsStatus(String body) {
        LlmException failure = failure(502, body);
        assertThat(failure).isInstanceOf(LlmUnavailableException.class);
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.getErrorType()).isEqualTo("502");
    }

    @ParameterizedTest
    @EnumSource
    void saysEveryFailureSoThatAClientReadsItsKind(ErrorKind kind) {
        LlmException failure = kind.exception(
                "upstream said no",
                new ErrorDetails(
                        "p",
                        "m",
                        OptionalInt.empty(),
                        Optional.of("call-1"),
                        "some_type",
                        kind == ErrorKind.RATE_LIMITED,
                        Optional.of(Duration.ofMillis(1500)),
                        Optional.of("secret")));
        ChatServerCodec server = DIALECT.server();
        byte[] body = server.encodeError(failure);
        assertThat(new String(body, StandardCharsets.UTF_8)).doesNotContain("secret");
        if (kind == ErrorKind.CONTENT_FILTERED) {
            assertThat(server.statusOf(failure)).isEqualTo(200);
            assertThat(catchThrowable(() -> DIALECT.chat().decode(body, WireHeaders.NONE, TARGET)))
                    .isInstanceOf(LlmContentFilteredException.class);
            return;
        }
        LlmException decoded = DIALECT.chat().decodeError(server.statusOf(failure), WireHeaders.NONE, body, TARGET);
        Class<?> expected = failure.getClass();
        if (kind == ErrorKind.BUDGET_EXCEEDED) {
            // The wire has no budgets: a client sees a quota that is used up.
            expected = LlmRateLimitedException.class;
        } else if (kind == ErrorKind.MALFORMED_RESPONSE) {
            expected = LlmUnavailableException.class;
        }
        assertThat(decoded).isInstanceOf(expected);
        assertThat(decoded.getRetryAfterMillis()).isEqualTo(1500);
        assertThat(decoded.getRequestId()).isEqualTo("call-1");
        assertThat(decoded.providerMessage()).contains("upstream said no");
        if (decoded instanceof LlmRateLimitedException) {
            assertThat(decoded.isRetryable()).isEqualTo(kind == ErrorKind.RATE_LIMITED);
        }
    }
}
