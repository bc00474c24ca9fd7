package io.github.camelllm.call;

import io.github.camelllm.chat.StreamEvent;
import java.time.Duration;

/** Watches one stream for signs that it will never be an answer, by {@link StreamLimits}. Not thread-safe but for resume. */
final class StreamWatch {
    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private final StreamLimits limits;
    private final Timer timer;
    private long windowStart;
    private long windowBytes;
    private int whitespace;
    private volatile boolean restart = true;

    /** What is wrong with a stream. */
    enum Fault {
        NONE,
        TOO_SLOW,
        ENDLESS_WHITESPACE
    }

    StreamWatch(StreamLimits limits, Timer timer) {
        this.limits = limits;
        this.timer = timer;
    }

    /** The reader paused and goes on: what did not come meanwhile does not count. From any thread. */
    void resumed() {
        restart = true;
    }

    Fault bytes(int count) {
        if (limits.minBytesPerSecond() == 0) {
            return Fault.NONE;
        }
        long now = timer.nanoTime();
        if (restart) {
            restart = false;
            windowStart = now;
            windowBytes = 0;
        }
        windowBytes += count;
        long taken = now - windowStart;
        if (taken < WINDOW_NANOS) {
            return Fault.NONE;
        }
        boolean tooSlow = windowBytes * 1e9 / taken < limits.minBytesPerSecond();
        windowStart = now;
        windowBytes = 0;
        return tooSlow ? Fault.TOO_SLOW : Fault.NONE;
    }

    Fault event(StreamEvent event) {
        return event instanceof StreamEvent.TextDelta delta ? words(delta.text()) : Fault.NONE;
    }

    Fault words(String text) {
        if (limits.maxWhitespace() == 0) {
            return Fault.NONE;
        }
        int visible = text.length();
        while (visible > 0 && Character.isWhitespace(text.charAt(visible - 1))) {
            visible--;
        }
        whitespace = visible == 0 ? whitespace + text.length() : text.length() - visible;
        return whitespace > limits.maxWhitespace() ? Fault.ENDLESS_WHITESPACE : Fault.NONE;
    }
}
