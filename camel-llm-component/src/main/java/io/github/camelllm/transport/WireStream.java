package io.github.camelllm.transport;

/** One writing of an exchange to one connection. Any thread may call it, {@link #refused} aside. */
interface WireStream {
    PooledConnection connection();

    /** Whether some of the request may have been written. */
    boolean isStarted();

    /** HTTP/2: its number; 0 while it has none. */
    int streamId();

    /** Lets the server send again what it was held back from while the exchange was paused. */
    void grant();

    /** Stops it on the wire, so that the server notices. */
    void abort();

    /** The server said that it has not looked at this stream and will not (GOAWAY). Called by the I/O thread. */
    void refused();
}
