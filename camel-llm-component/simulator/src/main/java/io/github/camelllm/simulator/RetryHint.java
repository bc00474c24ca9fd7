package io.github.camelllm.simulator;

import java.time.Duration;

/**
 * The wait that an error answer asks for, and the form it is written in.
 *
 * @param delay ignored for {@link Form#NONE}
 */
public record RetryHint(Form form, Duration delay) {
    /** An answer that asks for no wait. */
    public static final RetryHint NONE = new RetryHint(Form.NONE, Duration.ZERO);

    /** The forms in which providers write a wait. */
    public enum Form {
        /** None is written. */
        NONE,
        /** {@code retry-after: 2}, rounded up. */
        SECONDS,
        /** {@code retry-after: 1.5}. */
        DECIMAL_SECONDS,
        /** {@code retry-after: Mon, 23 Nov 2026 07:30:43 GMT}, with the {@code date} that it counts from. */
        HTTP_DATE,
        /** {@code retry-after-ms: 1500}. */
        MILLIS,
        /** {@code google.rpc.RetryInfo} among the error's details; in dialects other than Gemini, nothing. */
        RETRY_INFO,
        /** Only the dialect's rate-limit headers tell when the limit resets; in Gemini, nothing. */
        RESET_HEADERS
    }

    public static RetryHint seconds(long seconds) {
        return new RetryHint(Form.SECONDS, Duration.ofSeconds(seconds));
    }

    public static RetryHint of(Form form, Duration delay) {
        return new RetryHint(form, delay);
    }
}
