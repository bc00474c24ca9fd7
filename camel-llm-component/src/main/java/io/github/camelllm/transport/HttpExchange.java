package io.github.camelllm.transport;

/** An exchange under way. All methods may be called from any thread, also from the handler's callbacks, and never block. */
public interface HttpExchange {
    /**
     * Gives up: the handler gets a {@link TransportException.Kind#CANCELLED} failure, from the calling thread if no other
     * callback is running. The server sees it at once: an HTTP/1.1 connection is reset, an HTTP/2 stream too. Does nothing
     * when the exchange has ended.
     */
    void cancel();

    /**
     * Asks for no more body for now. What the flow-control window ({@link HttpTransportSettings#windowBytes()}) and
     * one read buffer still hold may be delivered; then the server is held back. The idle timeout stops, the total one
     * does not.
     */
    void pause();

    /** Takes body again. */
    void resume();
}
