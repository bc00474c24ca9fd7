package io.github.camelllm.call;

/** A call on its way. Safe from any thread. */
public interface CallHandle {
    /** Gives up: the connection is closed and the observer told, unless the call has ended already. */
    void cancel();

    /** Stops reading the answer, so that what is not consumed does not pile up. Bytes already read still arrive. */
    void pause();

    /** Goes on reading after {@link #pause()}. */
    void resume();
}
