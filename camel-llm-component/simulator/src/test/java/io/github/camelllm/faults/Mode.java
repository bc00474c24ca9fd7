package io.github.camelllm.faults;

import io.github.camelllm.chat.ErrorKind;
import java.util.Optional;

/** How a route asks. Each mode says what must come of a fault in it. */
enum Mode {
    WHOLE("whole answer", false),
    STREAM("stream", true),
    RETRY("`maxRetries=1`", false),
    RETRY_STREAM("`maxRetries=1`, stream", true),
    ROUTER("router", false),
    ROUTER_STREAM("router, stream", true),
    ROUTER_COMMIT("router, stream held back for 4 pieces", true),
    FAILOVER("failover load balancer", false),
    FAILOVER_STREAM("failover load balancer, stream", true),
    BREAKER("circuit breaker with fallback", false);

    final String title;
    final boolean stream;

    Mode(String title, boolean stream) {
        this.title = title;
        this.stream = stream;
    }

    /** Who gives the answer that the route gets in the end. */
    enum Source {
        FIRST,
        SECOND,
        /** Nobody: the route fails. */
        NOBODY
    }

    /**
     * What must come of a fault.
     *
     * @param failure of the route; empty if it succeeds
     * @param attempts requests that are made
     * @param partial whether a part of the first model's answer was delivered, or is the answer
     */
    record Outcome(Source source, Optional<ErrorKind> failure, int attempts, boolean partial) {}

    /** @param retryable whether the failure says that the same call may succeed later */
    Outcome expected(FaultCase fault, boolean retryable) {
        Optional<ErrorKind> kind = stream ? fault.streamed() : fault.whole();
        if (kind.isEmpty()) {
            return new Outcome(Source.FIRST, Optional.empty(), 1, fault.partial());
        }
        boolean seen = stream && fault.afterContent() && (this != ROUTER_COMMIT || fault.atEnd());
        Outcome fails = new Outcome(Source.NOBODY, kind, 1, seen);
        Outcome second = new Outcome(Source.SECOND, Optional.empty(), 2, false);
        boolean cured = FaultCase.CURED_ELSEWHERE.contains(kind.get());
        switch (this) {
            case WHOLE, STREAM -> {
                return fails;
            }
            case RETRY, RETRY_STREAM -> {
                return retryable && !seen ? new Outcome(Source.FIRST, Optional.empty(), 2, false) : fails;
            }
            case BREAKER -> {
                return second;
            }
            default -> {
                return cured && !seen ? second : fails;
            }
        }
    }
}
