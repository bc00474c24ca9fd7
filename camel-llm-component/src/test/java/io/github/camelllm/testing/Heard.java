package io.github.camelllm.testing;

import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import org.jspecify.annotations.Nullable;

/** Keeps what an observer hears, and insists on hearing the end once. */
public final class Heard implements CallObserver<ChatResponse> {
    private final StringBuilder text = new StringBuilder();
    private int events;
    private @Nullable StreamEvent first;
    private @Nullable ChatResponse response;
    private @Nullable LlmException failure;
    private @Nullable CallRecord record;
    private @Nullable String end;

    @Override
    public void event(StreamEvent event) {
        if (end != null) {
            throw new AssertionError(event + " after the call " + end);
        }
        if (events++ == 0) {
            first = event;
        }
        if (event instanceof StreamEvent.TextDelta delta) {
            text.append(delta.text());
        }
    }

    @Override
    public void completed(ChatResponse result, CallRecord total) {
        end("completed", total);
        response = result;
    }

    @Override
    public void failed(LlmException reason, CallRecord total) {
        end("failed", total);
        failure = reason;
    }

    @Override
    public void cancelled(CallRecord total) {
        end("was cancelled", total);
    }

    private void end(String how, CallRecord total) {
        if (end != null) {
            throw new AssertionError("the call " + how + " after it " + end);
        }
        end = how;
        record = total;
    }

    /** Text of all events. */
    public String text() {
        return text.toString();
    }

    /** The first event; null if none came. */
    public @Nullable StreamEvent first() {
        return first;
    }

    public int events() {
        return events;
    }

    /** {@code completed}, {@code failed}, {@code was cancelled}, or {@code is under way}. */
    public String end() {
        return end == null ? "is under way" : end;
    }

    public ChatResponse response() {
        return there(response, "completed");
    }

    public LlmException failure() {
        return there(failure, "failed");
    }

    public CallRecord record() {
        return there(record, "ended");
    }

    private <T> T there(@Nullable T value, String expected) {
        if (value == null) {
            throw new AssertionError("the call " + end() + ", expected: " + expected);
        }
        return value;
    }
}
