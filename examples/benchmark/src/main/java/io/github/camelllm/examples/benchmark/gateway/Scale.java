package io.github.camelllm.examples.benchmark.gateway;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param starts how often the time to the first answer is taken; the middle one counts. 0 to leave it out
 * @param connections clients at once, where throughput is measured
 * @param lateConnections clients at once, where the upstream takes its time
 * @param slowConnections clients at once, where the upstream takes very long
 * @param slow how long that is
 * @param streams concurrent streams, where memory is measured
 * @param rounds how often each contender takes its turn for whole answers; results are medians over the rounds
 * @param sideRounds how often for all else
 * @param warmUps most turns that a contender gets until it is warm, the first time
 * @param settle start of a turn that is not measured
 * @param turn measured part of a turn
 * @param streamTurn measured part of the turn with concurrent streams
 */
record Scale(
        int starts,
        int connections,
        int lateConnections,
        int slowConnections,
        Duration slow,
        int streams,
        int rounds,
        int sideRounds,
        int warmUps,
        Duration settle,
        Duration turn,
        Duration streamTurn) {
    static final Scale FULL = new Scale(
            3,
            32,
            128,
            1000,
            Way.SLOW_TIME,
            2000,
            5,
            3,
            8,
            Duration.ofMillis(500),
            Duration.ofMillis(1500),
            Duration.ofSeconds(5));
}
