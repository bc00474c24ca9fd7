package io.github.camelllm.call;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries the events of one stream from the transport's thread to a consumer, at most {@link #HIGH_WATER} of them, and at most
 * {@link #HIGH_WATER_BYTES} of what is passed on: beyond that the call is paused until the consumer has caught up. One thread puts, one takes; any may close.
 */
public final class EventBuffer {
    /** Events held before reading from the provider pauses. What one network read still brings comes on top. */
    static final int HIGH_WATER = 256;

    static final int LOW_WATER = 64;

    /** The same for the bytes of answers that are passed on. */
    static final int HIGH_WATER_BYTES = 128 << 10;

    static final int LOW_WATER_BYTES = 32 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<StreamEvent> events = new ArrayDeque<>();
    private @Nullable CallHandle handle;
    private @Nullable LlmException failure;
    private @Nullable Runnable onChange;
    /** Whether reading should pause, and whether the call was last told so. */
    private boolean paused;

    private boolean toldToPause;
    private boolean telling;
    private int bytes;
    private boolean ended;
    private boolean closed;
    private boolean waiting;

    /** Gives the buffer the call that fills it: before its first event, or the buffer could not hold it back. */
    public void attach(CallHandle call) {
        boolean cancel;
        lock.lock();
        try {
            handle = call;
            toldToPause = false;
            cancel = closed;
        } finally {
            lock.unlock();
        }
        if (cancel) {
            call.cancel();
        } else {
            tellCall();
        }
    }

    /** Calls this after each change from now on, on the thread that makes it, and once at once. */
    public void onChange(Runnable action) {
        lock.lock();
        try {
            onChange = action;
        } finally {
            lock.unlock();
        }
        action.run();
    }

    /** The next event of the stream; dropped if the buffer is closed. */
    public void put(StreamEvent event) {
        Runnable notify;
        boolean changesPace;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            events.add(event);
            bytes += bytesOf(event);
            paused |= events.size() >= HIGH_WATER || bytes >= HIGH_WATER_BYTES;
            changesPace = paused != toldToPause;
            if (waiting) {
                changed.signal();
            }
            notify = onChange;
        } finally {
            lock.unlock();
        }
        if (changesPace) {
            tellCall();
        }
        if (notify != null) {
            notify.run();
        }
    }

    /** The stream ended. @param reason null if it ended well */
    public void end(@Nullable LlmException reason) {
        Runnable notify;
        lock.lock();
        try {
            ended = true;
            failure = reason;
            changed.signalAll();
            notify = onChange;
        } finally {
            lock.unlock();
        }
        if (notify != null) {
            notify.run();
        }
    }

    /**
     * Waits for the next event. The call's own timeouts bound the wait.
     *
     * @return null at the end of the stream, or once the buffer is closed
     * @throws LlmException if the stream failed, after all its events were taken
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public @Nullable StreamEvent take() throws InterruptedException {
        StreamEvent event;
        boolean changesPace;
        lock.lockInterruptibly();
        try {
            while (events.isEmpty() && !ended && !closed) {
                waiting = true;
                changed.await();
                waiting = false;
            }
            event = next();
            paused &= events.size() > LOW_WATER || bytes > LOW_WATER_BYTES;
            changesPace = paused != toldToPause;
        } finally {
            waiting = false;
            lock.unlock();
        }
        if (changesPace) {
            tellCall();
        }
        return event;
    }

    /** As {@link #take} without waiting: null also if there is no event yet; see {@link #isOver}. */
    public @Nullable StreamEvent poll() {
        StreamEvent event;
        boolean changesPace;
        lock.lock();
        try {
            event = next();
            paused &= events.size() > LOW_WATER || bytes > LOW_WATER_BYTES;
            changesPace = paused != toldToPause;
        } finally {
            lock.unlock();
        }
        if (changesPace) {
            tellCall();
        }
        return event;
    }

    /**
     * Whether nothing will come any more.
     *
     * @throws LlmException if that is because the stream failed
     */
    public boolean isOver() {
        lock.lock();
        try {
            if (closed) {
                return true;
            }
            if (!ended || !events.isEmpty()) {
                return false;
            }
            if (failure != null) {
                throw failure;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is there and cancels the call, unless it has ended. */
    public void close() {
        CallHandle toCancel;
        lock.lock();
        try {
            closed = true;
            events.clear();
            bytes = 0;
            toCancel = ended ? null : handle;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (toCancel != null) {
            toCancel.cancel();
        }
    }

    private @Nullable StreamEvent next() {
        if (closed) {
            return null;
        }
        StreamEvent event = events.poll();
        if (event == null && ended && failure != null) {
            throw failure;
        }
        if (event != null) {
            bytes -= bytesOf(event);
        }
        return event;
    }

    private static int bytesOf(StreamEvent event) {
        return event instanceof StreamEvent.Passed passed ? passed.bytes().remaining() : 0;
    }

    /**
     * Makes the call do what {@link #paused} says. One thread at a time, in order and outside the lock: a pause that
     * overtook the resume after it would hold the stream forever.
     */
    private void tellCall() {
        while (true) {
            CallHandle call;
            boolean pause;
            lock.lock();
            try {
                call = handle;
                if (call == null || telling || toldToPause == paused) {
                    return;
                }
                telling = true;
                pause = paused;
            } finally {
                lock.unlock();
            }
            if (pause) {
                call.pause();
            } else {
                call.resume();
            }
            lock.lock();
            try {
                if (call == handle) {
                    toldToPause = pause;
                }
                telling = false;
            } finally {
                lock.unlock();
            }
        }
    }
}
