package io.github.camelllm.call;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds the beginning of a streamed answer back, as the target's {@link CommitPolicy} says. An answer that fails before its
 * beginning is delivered has shown nothing; one that ends before is delivered whole.
 */
final class CommittingChannel<Q, R> implements CallChannel<Q, R> {
    private final CallChannel<Q, R> next;
    private final Timer timer;

    CommittingChannel(CallChannel<Q, R> next, Timer timer) {
        this.next = next;
        this.timer = timer;
    }

    @Override
    public CallHandle send(Call<Q> call, CallObserver<R> observer) {
        return next.send(call, call.stream() ? new Held<>(call.target().commit(), observer, timer) : observer);
    }

    /** The lock keeps the thread that reads and the one that the time is up on from delivering at once. */
    private static final class Held<R> implements CallObserver<R> {
        private final CommitPolicy policy;
        private final CallObserver<R> observer;
        private final Timer timer;
        private final ReentrantLock lock = new ReentrantLock();
        private final List<StreamEvent> events = new ArrayList<>();
        private @Nullable Runnable callOff;
        private int contents;
        private int bytes;
        private boolean committed;
        private boolean over;

        Held(CommitPolicy policy, CallObserver<R> observer, Timer timer) {
            this.policy = policy;
            this.observer = observer;
            this.timer = timer;
        }

        @Override
        public void started(CallHandle handle) {
            observer.started(handle);
        }

        @Override
        public void event(StreamEvent event) {
            lock.lock();
            try {
                if (committed) {
                    observer.event(event);
                    return;
                }
                events.add(event);
                if (!event.isContent()) {
                    return;
                }
                contents += event.pieces();
                bytes += bytesOf(event);
                if (policy.isReached(contents, bytes)) {
                    commit();
                } else if (callOff == null && policy.time().isPresent()) {
                    callOff = timer.schedule(policy.time().get(), this::timeIsUp);
                }
            } finally {
                lock.unlock();
            }
        }

        private void timeIsUp() {
            lock.lock();
            try {
                if (!committed && !over) {
                    commit();
                }
            } finally {
                lock.unlock();
            }
        }

        private void commit() {
            committed = true;
            events.forEach(observer::event);
            events.clear();
            cancelTimer();
        }

        private void end(boolean deliver) {
            lock.lock();
            try {
                over = true;
                if (deliver && !committed) {
                    commit();
                }
                cancelTimer();
            } finally {
                lock.unlock();
            }
        }

        private void cancelTimer() {
            if (callOff != null) {
                callOff.run();
                callOff = null;
            }
        }

        @Override
        public void completed(R result, CallRecord record) {
            end(true);
            observer.completed(result, record);
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            end(false);
            observer.failed(failure, record);
        }

        @Override
        public void cancelled(CallRecord record) {
            end(false);
            observer.cancelled(record);
        }

        private static int bytesOf(StreamEvent event) {
            if (event instanceof StreamEvent.Passed passed) {
                return passed.textBytes();
            }
            return event instanceof StreamEvent.TextDelta delta
                    ? delta.text().getBytes(StandardCharsets.UTF_8).length
                    : 0;
        }
    }
}
