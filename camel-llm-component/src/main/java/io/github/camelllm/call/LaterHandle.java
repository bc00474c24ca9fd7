package io.github.camelllm.call;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a call that is made of several, one after the other. What was asked of it holds for the one under way and
 * for those that follow.
 */
public final class LaterHandle implements CallHandle {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CallHandle current;
    private boolean cancelled;
    private boolean paused;

    /** The next call begins. */
    public void set(CallHandle handle) {
        boolean cancel;
        lock.lock();
        try {
            current = handle;
            cancel = cancelled;
            if (paused) {
                handle.pause();
            }
        } finally {
            lock.unlock();
        }
        if (cancel) {
            handle.cancel();
        }
    }

    public boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel() {
        CallHandle handle;
        lock.lock();
        try {
            cancelled = true;
            handle = current;
        } finally {
            lock.unlock();
        }
        if (handle != null) {
            handle.cancel();
        }
    }

    @Override
    public void pause() {
        setPaused(true);
    }

    @Override
    public void resume() {
        setPaused(false);
    }

    private void setPaused(boolean value) {
        lock.lock();
        try {
            paused = value;
            CallHandle handle = current;
            if (handle != null) {
                if (value) {
                    handle.pause();
                } else {
                    handle.resume();
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
