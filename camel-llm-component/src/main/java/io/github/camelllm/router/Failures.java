package io.github.camelllm.router;

import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What a router reports when none of its targets has answered. */
final class Failures {
    private Failures() {}

    /**
     * One exception for all: the kind and details of the last failure, retryable if any was, after the shortest wait that
     * was asked for. The other failures are its suppressed exceptions.
     *
     * @param unavailable targets that were not asked because their circuits are open
     */
    static LlmException sum(String router, List<LlmException> failures, List<Leg> unavailable, boolean deadlinePassed) {
        if (failures.isEmpty()) {
            return notAsked(router, unavailable, deadlinePassed);
        }
        LlmException last = failures.get(failures.size() - 1);
        if (failures.size() == 1 && unavailable.isEmpty() && !deadlinePassed) {
            return last;
        }
        boolean retryable = failures.stream().anyMatch(LlmException::isRetryable);
        Optional<Duration> wait = failures.stream()
                .flatMap(failure -> failure.retryAfter().stream())
                .min(Duration::compareTo);
        ErrorDetails details = last.details();
        String tried = failures.stream()
                .map(failure -> failure.getProvider() + "/" + failure.getModel() + ": " + failure.getErrorType())
                .collect(Collectors.joining(", "));
        LlmException sum = last.kind()
                .exception(
                        "router '" + router + "': no target has answered (" + tried + closed(unavailable)
                                + (deadlinePassed ? "; the deadline has passed" : "") + "); the last failure: "
                                + last.getMessage(),
                        new ErrorDetails(
                                details.provider(),
                                details.model(),
                                details.statusCode(),
                                details.requestId(),
                                details.errorType(),
                                retryable,
                                wait,
                                details.providerMessage()),
                        last);
        failures.subList(0, failures.size() - 1).forEach(sum::addSuppressed);
        return sum;
    }

    private static String closed(List<Leg> unavailable) {
        return unavailable.isEmpty()
                ? ""
                : "; not asked because their circuits are open: "
                        + unavailable.stream().map(Leg::name).collect(Collectors.joining(", "));
    }

    private static LlmException notAsked(String router, List<Leg> unavailable, boolean deadlinePassed) {
        if (unavailable.isEmpty() || deadlinePassed) {
            return ErrorKind.TIMEOUT.exception(
                    "router '" + router + "': the deadline passed before a target was asked",
                    ErrorDetails.local(ModelRef.ROUTER, router, "deadline", false));
        }
        List<String> waits = new ArrayList<>();
        Optional<Duration> shortest = Optional.empty();
        for (Leg leg : unavailable) {
            TargetSnapshot snapshot = leg.target().health().snapshot();
            Duration wait = snapshot.reopensIn().orElse(Duration.ZERO);
            waits.add(leg.name() + " for " + wait.toMillis() + " ms");
            shortest = Optional.of(shortest.map(known -> known.compareTo(wait) < 0 ? known : wait)
                    .orElse(wait));
        }
        return ErrorKind.UNAVAILABLE.exception(
                "router '" + router + "': the circuits of all targets are open: " + String.join(", ", waits),
                new ErrorDetails(
                        ModelRef.ROUTER,
                        router,
                        OptionalInt.empty(),
                        Optional.empty(),
                        "circuit_open",
                        true,
                        shortest,
                        Optional.empty()));
    }
}
