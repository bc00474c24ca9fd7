package io.github.camelllm.limit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Changes state under a lock, and does what follows from it without: asking stores and completing futures, which run code of
 * others. What follows from that in turn is done after it and not within it, so that a long queue makes no deep stack.
 */
final class Effects {
    private final ReentrantLock lock = new ReentrantLock();
    private final ThreadLocal<Deque<Runnable>> running = new ThreadLocal<>();

    /** Runs what changes state, or looks at it, and nothing follows from. */
    void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    /** @param change is given a place for what is to be done after it */
    void change(Consumer<Consumer<Runnable>> change) {
        Deque<Runnable> outer = running.get();
        Deque<Runnable> todo = outer == null ? new ArrayDeque<>() : outer;
        lock.lock();
        try {
            change.accept(todo::add);
        } finally {
            lock.unlock();
        }
        if (outer != null || todo.isEmpty()) {
            return;
        }
        running.set(todo);
        try {
            for (Runnable next = todo.poll(); next != null; next = todo.poll()) {
                next.run();
            }
        } finally {
            running.remove();
        }
    }
}
