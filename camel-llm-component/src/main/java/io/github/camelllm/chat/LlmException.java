package io.github.camelllm.chat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed. There is one subclass for each decision that a route author takes, so that {@code onException} can
 * choose by class. The message tells what was expected, what came and where; it never holds a key or prompt text.
 */
public abstract sealed class LlmException extends RuntimeException
        permits LlmRateLimitedException,
                LlmUnavailableException,
                LlmTimeoutException,
                LlmAuthenticationException,
                LlmInvalidRequestException,
                LlmContextWindowExceededException,
                LlmContentFilteredException,
                LlmMalformedResponseException,
                LlmBudgetExceededException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // the details are a record of JDK values; exceptions travel inside one JVM
    private final ErrorDetails details;

    protected LlmException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, cause);
        this.details = details;
    }

    public ErrorDetails details() {
        return details;
    }

    /** The same failure with another id of the request: that by which whoever is told of it can ask for it. */
    public LlmException withRequestId(String id) {
        return kind().exception(String.valueOf(getMessage()), details.withRequestId(Optional.of(id)), this);
    }

    /** The kind of failure that this class stands for. */
    public abstract ErrorKind kind();

    // Bean getters, so that Camel's simple language reads them: ${exception.statusCode}.

    public String getProvider() {
        return details.provider();
    }

    public String getModel() {
        return details.model();
    }

    /** HTTP status, or 0 if no answer came. */
    public int getStatusCode() {
        return details.statusCode().orElse(0);
    }

    public @Nullable String getRequestId() {
        return details.requestId().orElse(null);
    }

    /** Low-cardinality name of the failure, for {@code error.type}. */
    public String getErrorType() {
        return details.errorType();
    }

    public boolean isRetryable() {
        return details.retryable();
    }

    /** Milliseconds that the provider asks to wait, or −1 if it did not say. */
    public long getRetryAfterMillis() {
        return details.retryAfter().map(Duration::toMillis).orElse(-1L);
    }

    public Optional<Duration> retryAfter() {
        return details.retryAfter();
    }

    public OptionalInt statusCode() {
        return details.statusCode();
    }

    /** The provider's own words; they can quote the prompt, so think before you log them. */
    public Optional<String> providerMessage() {
        return details.providerMessage();
    }
}
