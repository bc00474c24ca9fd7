package io.github.camelllm.examples.benchmark.gateway;

import java.time.Duration;
import java.util.function.Function;

/**
 * A server between client and upstream.
 *
 * @param name a key of the results
 * @param label what a reader sees
 * @param server its process
 * @param calls what a client sends it, for an answer of each kind
 */
record Contender(String name, String label, ServerProcess server, Function<Way, Call> calls) {
    static final String MODEL = "gpt-4o-mini";
    /** How long a server may take to start. */
    static final Duration START = Duration.ofMinutes(2);

    Call call(Way way) {
        return calls.apply(way);
    }
}
