package io.github.camelllm.testing;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallChannel;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.CommitPolicy;
import io.github.camelllm.call.Dialects;
import io.github.camelllm.call.HealthSettings;
import io.github.camelllm.call.ModelLimits;
import io.github.camelllm.call.RetryPolicy;
import io.github.camelllm.call.StreamLimits;
import io.github.camelllm.call.TargetHealth;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.transport.Credentials;
import io.github.camelllm.transport.HttpTimeouts;
import io.github.camelllm.wire.WireTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A way out that a test answers by hand: each call that comes is an {@link Attempt} to be completed or failed. */
public final class ScriptedChannel implements CallChannel<ChatRequest, ChatResponse> {
    /** What a successful attempt uses. */
    public static final Usage USAGE = Usage.of(100, 20);

    private final List<Attempt> attempts = new ArrayList<>();
    private final ManualTimer timer;

    public ScriptedChannel(ManualTimer timer) {
        this.timer = timer;
    }

    @Override
    public CallHandle send(Call<ChatRequest> call, CallObserver<ChatResponse> observer) {
        Attempt attempt = new Attempt(call, observer);
        attempts.add(attempt);
        observer.started(attempt);
        return attempt;
    }

    /** The attempts that came, in order. */
    public List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    public Attempt last() {
        return attempts.get(attempts.size() - 1);
    }

    /** A model at a provider whose dialect is OpenAI's. */
    public CallTarget target(String provider, String model, RetryPolicy retry, CommitPolicy commit) {
        return target(provider, model, retry, commit, StreamLimits.DEFAULT, timer);
    }

    /** As the other, with limits of a stream. */
    public static CallTarget target(
            String provider,
            String model,
            RetryPolicy retry,
            CommitPolicy commit,
            StreamLimits limits,
            ManualTimer timer) {
        return new CallTarget(
                provider,
                "http://localhost/v1",
                Dialects.get("openai-chat"),
                WireTarget.of(provider, model),
                new Credentials.None(),
                Map.of(),
                HttpTimeouts.DEFAULT,
                1 << 20,
                1 << 20,
                Optional.empty(),
                Optional.empty(),
                retry,
                commit,
                limits,
                new TargetHealth(provider + "/" + model, HealthSettings.DEFAULT, timer.clock()),
                ModelLimits.UNKNOWN);
    }

    /** A failure as a provider's answer with that status gives it. */
    public static LlmException failure(ErrorKind kind, int status, boolean retryable, Duration retryAfter) {
        return kind.exception(
                "openai/gpt: failed with " + status,
                new ErrorDetails(
                        "openai",
                        "gpt",
                        status == 0 ? OptionalInt.empty() : OptionalInt.of(status),
                        Optional.empty(),
                        "status_" + status,
                        retryable,
                        retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter),
                        Optional.empty()));
    }

    public static LlmException unavailable() {
        return failure(ErrorKind.UNAVAILABLE, 503, true, Duration.ZERO);
    }

    /** One attempt; the test says what becomes of it. */
    public final class Attempt implements CallHandle {
        private final Call<ChatRequest> call;
        private final CallObserver<ChatResponse> observer;
        private final long startedAt = timer.nanoTime();
        private boolean cancelled;
        private boolean paused;

        Attempt(Call<ChatRequest> call, CallObserver<ChatResponse> observer) {
            this.call = call;
            this.observer = observer;
        }

        public Call<ChatRequest> call() {
            return call;
        }

        public String target() {
            return call.target().toString();
        }

        public boolean isCancelled() {
            return cancelled;
        }

        public boolean isPaused() {
            return paused;
        }

        public void text(String text) {
            observer.event(new StreamEvent.TextDelta(0, text));
        }

        public void event(StreamEvent event) {
            observer.event(event);
        }

        /** Ends well, having used {@link #USAGE}. */
        public void complete(String text) {
            Choice choice = new Choice(
                    0,
                    ChatMessage.Assistant.of(text),
                    Optional.of(new Finish(FinishReason.STOP, Optional.of("stop"), Optional.empty())),
                    List.of());
            observer.completed(
                    new ChatResponse(
                            Optional.empty(),
                            Optional.of(call.target().model()),
                            Optional.empty(),
                            List.of(choice),
                            Optional.of(USAGE),
                            Optional.empty(),
                            Map.of()),
                    record(CallOutcome.SUCCEEDED, OptionalInt.of(200), Optional.of(USAGE)));
        }

        public void fail(LlmException failure) {
            observer.failed(failure, record(CallOutcome.FAILED, failure.statusCode(), Optional.empty()));
        }

        @Override
        public void cancel() {
            if (!cancelled) {
                cancelled = true;
                observer.cancelled(record(CallOutcome.CANCELLED, OptionalInt.empty(), Optional.empty()));
            }
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        private CallRecord record(CallOutcome outcome, OptionalInt status, Optional<Usage> usage) {
            Optional<Cost> cost = usage.flatMap(used -> Pricing.builtIn()
                    .cost(used, "openai", "gpt-5-mini", timer.clock().instant()));
            return new CallRecord(
                    call.attemptId(),
                    call.id(),
                    1,
                    call.operation(),
                    call.target().provider(),
                    call.target().telemetryName(),
                    call.target().model(),
                    Optional.empty(),
                    call.stream(),
                    timer.clock().instant().minusNanos(timer.nanoTime() - startedAt),
                    Duration.ofNanos(timer.nanoTime() - startedAt),
                    Optional.empty(),
                    outcome,
                    Optional.empty(),
                    status,
                    Optional.empty(),
                    Optional.empty(),
                    status.isEmpty() || status.getAsInt() < 400,
                    usage,
                    usage.isPresent() ? UsageSource.REPORTED : UsageSource.UNKNOWN,
                    cost,
                    List.of(),
                    call.tags());
        }
    }
}
