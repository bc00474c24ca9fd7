package io.github.camelllm.router;

import io.github.camelllm.call.CallChannel;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.Timer;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Asks the targets of routed requests until one has answered. Thread-safe.
 *
 * @param <Q> type of the request
 * @param <R> type of the result
 */
public final class RoutingChannel<Q, R> {
    private final CallChannel<Q, R> next;
    private final RoutedForm<Q, R> form;
    private final Timer timer;

    private RoutingChannel(CallChannel<Q, R> next, RoutedForm<Q, R> form, Timer timer) {
        this.next = next;
        this.form = form;
        this.timer = timer;
    }

    /** @param next asks one target, with its retries */
    public static RoutingChannel<ChatRequest, ChatResponse> chat(
            CallChannel<ChatRequest, ChatResponse> next, Timer timer) {
        return new RoutingChannel<>(next, RoutedForm.CHAT, timer);
    }

    /**
     * For clients with a wire format of their own, whose answers are neither tested nor continued by another model.
     *
     * @param next asks one target, with its retries
     */
    public static RoutingChannel<WireRequest, WireAnswer> wireChat(
            CallChannel<WireRequest, WireAnswer> next, Timer timer) {
        return new RoutingChannel<>(next, RoutedForm.WIRE, timer);
    }

    /**
     * Starts and returns at once. The observer hears of one answer or one failure, whose record is the sum of all attempts
     * that had ended by then; every attempt has a record of its own too.
     */
    public CallHandle send(RoutedRequest<Q, R> request, CallObserver<R> observer) {
        RoutedCall<Q, R> call = new RoutedCall<>(request, observer, next, form, timer);
        observer.started(call);
        call.start();
        return call;
    }

    /** The record of a request that no target was asked. It is no attempt, so no listener gets it. */
    public static CallRecord notAsked(String router, boolean stream, Map<String, String> tags) {
        UUID id = CallId.next();
        return new CallRecord(
                id,
                id,
                0,
                Operation.CHAT,
                ModelRef.ROUTER,
                ModelRef.ROUTER,
                router,
                Optional.empty(),
                stream,
                Instant.now(),
                Duration.ZERO,
                Optional.empty(),
                CallOutcome.FAILED,
                Optional.of("not_asked"),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                UsageSource.UNKNOWN,
                Optional.empty(),
                List.of(),
                tags);
    }
}
