package io.github.camelllm.router;

import io.github.camelllm.call.CallTrace;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.router.RouterDefinition.Hedging;
import io.github.camelllm.router.RouterDefinition.Streams.OnBreak;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request with all that was decided for it.
 *
 * @param <Q> type of the request
 * @param <R> type of the result
 * @param router name of the router, for errors
 * @param legs targets, the best first; at least one
 * @param fallback what comes after a failure
 * @param acceptance tests the answers of all targets but the last; empty to take the first answer
 * @param trace follows the calls of all targets
 * @param begunNanos when whoever serves it began with it, by {@link System#nanoTime}
 */
public record RoutedRequest<Q, R>(
        String router,
        Q request,
        boolean stream,
        Map<String, String> tags,
        Deadline deadline,
        List<Leg> legs,
        Fallback fallback,
        Optional<Hedging> hedging,
        OnBreak onBreak,
        Optional<Acceptance<Q, R>> acceptance,
        CallTrace trace,
        long begunNanos) {
    public RoutedRequest {
        legs = List.copyOf(legs);
        tags = Map.copyOf(tags);
        if (legs.isEmpty()) {
            throw new IllegalArgumentException("a routed request needs a target");
        }
    }

    /** Chooses what is asked after a failure. */
    public interface Fallback {
        /**
         * @param remaining targets not asked yet, the best first
         * @return targets to be asked now, the best first; empty to give up
         */
        List<Leg> after(ErrorKind failure, Leg failed, List<Leg> remaining);
    }
}
