package io.github.camelllm.examples.benchmark;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param callers concurrent callers of one call
 * @param streamCallers concurrent callers of a fast stream
 * @param slowStreams concurrent slow streams
 * @param http2Streams concurrent calls over HTTP/2
 * @param rounds how often each contender takes its turn; results are medians over the rounds
 * @param warmUp each contender's unmeasured run, twice before the first round
 * @param settle start of a turn that is not measured
 * @param turn measured part of a turn
 */
record Settings(
        int callers,
        int streamCallers,
        int slowStreams,
        int http2Streams,
        int rounds,
        Duration warmUp,
        Duration settle,
        Duration turn) {
    static final Settings FULL =
            new Settings(64, 4, 1000, 250, 7, Duration.ofSeconds(3), Duration.ofMillis(200), Duration.ofMillis(800));
}
