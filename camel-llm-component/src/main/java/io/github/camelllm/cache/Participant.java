package io.github.camelllm.cache;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.LaterHandle;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One call that waits for the answer of a {@link Flight}. The flight's lock guards what changes. */
final class Participant<R> implements CallHandle {
    final CachedCall<R> call;
    final CallObserver<R> observer;
    final Instant startedAt;
    final long startNanos;
    /** Handle of the call that takes over if this flight brings no answer for it. */
    final LaterHandle again = new LaterHandle();

    /** Of its record, unless it is the one that asks. */
    final UUID callId = CallId.next();

    private final Flight<R> flight;

    /** Whether the answer was there already when this one came. */
    final boolean late;

    /** How many of the flight's events it was given. */
    int given;

    boolean paused;
    boolean delivering;
    boolean done;
    boolean movedOn;
    /** What it is to be told now, whatever becomes of the flight. */
    @Nullable
    Runnable farewell;

    @Nullable
    Runnable callOff;

    Participant(
            Flight<R> flight,
            CachedCall<R> call,
            CallObserver<R> observer,
            Instant startedAt,
            long startNanos,
            boolean late) {
        this.flight = flight;
        this.call = call;
        this.observer = observer;
        this.startedAt = startedAt;
        this.startNanos = startNanos;
        this.late = late;
    }

    Flight<R> flight() {
        return flight;
    }

    @Override
    public void cancel() {
        flight.cancel(this);
    }

    @Override
    public void pause() {
        flight.pause(this, true);
    }

    @Override
    public void resume() {
        flight.pause(this, false);
    }
}
