package io.github.camelllm.call;

/**
 * A way for calls to go out. Wrappers implement it and hold the next one. Thread-safe.
 *
 * @param <Q> type of the request
 * @param <R> type of the result
 */
public interface CallChannel<Q, R> {
    /**
     * Starts the call and returns at once; every failure goes to the observer, also those before anything is sent.
     */
    CallHandle send(Call<Q> call, CallObserver<R> observer);
}
