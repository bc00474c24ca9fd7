package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets whoever waits for an exchange say that its answer is not wanted any more. As the exchange property
 * {@link LlmConstants#CANCELLATION} it reaches all calls of the exchange and of its copies: those under way are cancelled, and those
 * that come later are before they are sent. A call that was cancelled fails its step, and what it used is in its record.
 * Thread-safe.
 */
public final class Cancellation {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<CallHandle> calls = new ArrayList<>(1);
    private boolean cancelled;

    /** Cancels what is under way and what will come. Never blocks. */
    public void cancel() {
        List<CallHandle> underWay;
        lock.lock();
        try {
            cancelled = true;
            underWay = List.copyOf(calls);
            calls.clear();
        } finally {
            lock.unlock();
        }
        underWay.forEach(CallHandle::cancel);
    }

    public boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** A call begins. */
    void add(CallHandle call) {
        boolean cancel;
        lock.lock();
        try {
            cancel = cancelled;
            if (!cancel) {
                calls.add(call);
            }
        } finally {
            lock.unlock();
        }
        if (cancel) {
            call.cancel();
        }
    }

    /** A call is over. */
    void remove(CallHandle call) {
        lock.lock();
        try {
            calls.remove(call);
        } finally {
            lock.unlock();
        }
    }
}
