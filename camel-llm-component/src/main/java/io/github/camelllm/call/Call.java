package io.github.camelllm.call;

import io.github.camelllm.transport.Credentials;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * One thing to be asked of one provider, in one attempt or several.
 *
 * @param <Q> type of the request
 * @param id shared by all attempts; a provider that takes idempotency keys is given it as one
 * @param attemptId of the attempt under way
 * @param stream whether the answer is to be read as a stream
 * @param tags labels for the record, such as the route's id; never prompt text
 * @param deadline no attempt goes on after it
 * @param trace follows the call
 * @param begunNanos when whoever serves it began with it, by {@link System#nanoTime}
 */
public record Call<Q>(
        UUID id,
        UUID attemptId,
        Operation operation,
        Q request,
        CallTarget target,
        boolean stream,
        Map<String, String> tags,
        Deadline deadline,
        CallTrace trace,
        long begunNanos) {
    /** Tag of calls with a key of the caller's. */
    private static final String KEY_TAG = "providerKey";

    public Call {
        tags = Map.copyOf(tags);
    }

    /** A new call without a deadline, which nobody follows. One with a caller's own key says so in its tags. */
    public static <Q> Call<Q> of(
            Operation operation, Q request, CallTarget target, boolean stream, Map<String, String> tags) {
        Map<String, String> all = tags;
        if (target.credentials() instanceof Credentials.OfCaller) {
            all = new HashMap<>(tags);
            all.put(KEY_TAG, "caller");
        }
        return new Call<>(
                CallId.next(),
                CallId.next(),
                operation,
                request,
                target,
                stream,
                all,
                Deadline.NONE,
                CallTrace.NONE,
                System.nanoTime());
    }

    /** Another call that asks something else in the same way. */
    public <P> Call<P> withRequest(P other) {
        return new Call<>(
                CallId.next(),
                CallId.next(),
                operation,
                other,
                target,
                stream,
                tags,
                deadline,
                trace,
                System.nanoTime());
    }

    /** The same call in another attempt. */
    Call<Q> nextAttempt() {
        return new Call<>(id, CallId.next(), operation, request, target, stream, tags, deadline, trace, begunNanos);
    }

    public Call<Q> withDeadline(Deadline other) {
        return new Call<>(id, attemptId, operation, request, target, stream, tags, other, trace, begunNanos);
    }

    public Call<Q> begunAt(long nanos) {
        return new Call<>(id, attemptId, operation, request, target, stream, tags, deadline, trace, nanos);
    }

    /** The same call, followed by somebody else. */
    public Call<Q> withTrace(CallTrace other) {
        return new Call<>(id, attemptId, operation, request, target, stream, tags, deadline, other, begunNanos);
    }
}
