package io.github.camelllm.examples.benchmark;

import java.util.List;
import org.apache.camel.CamelContext;

/** Other libraries to compare with; found by {@link java.util.ServiceLoader}, so that a build without them has none. */
public interface Peers {
    /**
     * @param context where a peer that is a Camel component adds its route
     * @param baseUrl of the provider, with {@code /v1} or what stands for it
     */
    List<Peer> calls(CamelContext context, String baseUrl) throws Exception;

    /**
     * @param name a key of the results
     * @param label name and version
     * @param call asks for a whole answer and waits for it
     */
    record Peer(String name, String label, Call call) {}

    /** A call that holds its thread. */
    interface Call {
        /** Returns the answer's text. */
        String ask() throws Exception;
    }
}
