package io.github.camelllm.faults;

import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.simulator.SimulatedDialect;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A fault of the simulator and what must come of it.
 *
 * @param text as the simulator reads it
 * @param whole the failure of a whole answer; empty if the answer is right all the same
 * @param streamed the failure of a stream; empty if the answer is right all the same
 * @param afterContent whether the stream fails after some of its content has come
 * @param partial whether the answer is right but ends early, as its finish reason says
 * @param atEnd whether the stream fails only when all of its content has come
 */
record FaultCase(
        String text,
        Optional<ErrorKind> whole,
        Optional<ErrorKind> streamed,
        boolean afterContent,
        boolean partial,
        boolean atEnd) {
    /** Failures that lead to another model. */
    static final Set<ErrorKind> CURED_ELSEWHERE =
            EnumSet.of(ErrorKind.RATE_LIMITED, ErrorKind.UNAVAILABLE, ErrorKind.TIMEOUT, ErrorKind.MALFORMED_RESPONSE);

    /** Whether the answer never comes, so that a timeout must end the wait. */
    boolean stalls() {
        return text.startsWith("stall");
    }

    private static FaultCase before(String text, ErrorKind kind) {
        return new FaultCase(text, Optional.of(kind), Optional.of(kind), false, false, false);
    }

    private static FaultCase after(String text, Optional<ErrorKind> whole, ErrorKind streamed) {
        return new FaultCase(text, whole, Optional.of(streamed), true, false, false);
    }

    private static FaultCase harmless(String text) {
        return new FaultCase(text, Optional.empty(), Optional.empty(), false, false, false);
    }

    /**
     * Whether the content that was sent before may not arrive: a reset throws away what was not read yet, and the HTTP client
     * drops what it reads together with the end of a chunked body that is cut.
     */
    boolean mayTakeContentAlong() {
        return text.startsWith("reset=") || text.startsWith("close=");
    }

    /** The same fault as if nothing of the answer had come. */
    FaultCase withoutContent() {
        return new FaultCase(text, whole, streamed, false, partial, false);
    }

    /** All faults of single answers, each in the forms that differ for a client. */
    static List<FaultCase> all(SimulatedDialect dialect) {
        // Some that speak OpenAI's dialect leave [DONE] out, so a finish reason is an end there
        FaultCase noEnd = dialect == SimulatedDialect.OPENAI
                ? harmless("no-end")
                : new FaultCase(
                        "no-end", Optional.empty(), Optional.of(ErrorKind.MALFORMED_RESPONSE), true, false, true);
        return List.of(
                noEnd,
                before("status=400", ErrorKind.INVALID_REQUEST),
                before("status=401", ErrorKind.AUTHENTICATION),
                before("status=403", ErrorKind.AUTHENTICATION),
                before("status=404", ErrorKind.INVALID_REQUEST),
                before("status=429", ErrorKind.RATE_LIMITED),
                before("status=429;retry-after=1", ErrorKind.RATE_LIMITED),
                before("status=429;retry-after-date=1", ErrorKind.RATE_LIMITED),
                before("status=429;retry-after-ms=5", ErrorKind.RATE_LIMITED),
                before("status=429;retry-info=0.01", ErrorKind.RATE_LIMITED),
                before("status=429;reset=1", ErrorKind.RATE_LIMITED),
                before("status=500", ErrorKind.UNAVAILABLE),
                before("status=502;body=html", ErrorKind.UNAVAILABLE),
                before("status=503;body=empty", ErrorKind.UNAVAILABLE),
                before("status=503;body=text", ErrorKind.UNAVAILABLE),
                before("status=529", ErrorKind.UNAVAILABLE),
                before("quota", ErrorKind.RATE_LIMITED),
                before("context-too-long", ErrorKind.CONTEXT_WINDOW_EXCEEDED),
                before("prompt-filtered", ErrorKind.CONTENT_FILTERED),
                before("empty-body", ErrorKind.MALFORMED_RESPONSE),
                before("content-type=text/html", ErrorKind.MALFORMED_RESPONSE),
                before("content-type=text/plain", ErrorKind.MALFORMED_RESPONSE),
                before("no-completion", ErrorKind.MALFORMED_RESPONSE),
                before("oversized=300000", ErrorKind.MALFORMED_RESPONSE),
                before("reset", ErrorKind.UNAVAILABLE),
                before("close", ErrorKind.UNAVAILABLE),
                before("stall=head", ErrorKind.TIMEOUT),
                before("stall=0", ErrorKind.TIMEOUT),
                after("stall=2", Optional.of(ErrorKind.TIMEOUT), ErrorKind.TIMEOUT),
                after("reset=2", Optional.of(ErrorKind.UNAVAILABLE), ErrorKind.UNAVAILABLE),
                after("close=2", Optional.of(ErrorKind.UNAVAILABLE), ErrorKind.UNAVAILABLE),
                after("garbage=text;after=2", Optional.of(ErrorKind.MALFORMED_RESPONSE), ErrorKind.MALFORMED_RESPONSE),
                after(
                        "garbage=half-json;after=2",
                        Optional.of(ErrorKind.MALFORMED_RESPONSE),
                        ErrorKind.MALFORMED_RESPONSE),
                after("error-event=529;after=2", Optional.of(ErrorKind.UNAVAILABLE), ErrorKind.UNAVAILABLE),
                after("garbage=utf8;after=2", Optional.of(ErrorKind.MALFORMED_RESPONSE), ErrorKind.MALFORMED_RESPONSE),
                after("end-early=2", Optional.empty(), ErrorKind.MALFORMED_RESPONSE),
                new FaultCase("answer-filtered=2", Optional.empty(), Optional.empty(), false, true, false),
                harmless("duplicate-finish"),
                harmless("no-usage"),
                harmless("drip=100us"),
                harmless("delay=5ms"));
    }
}
