package io.github.camelllm.examples.benchmark.gateway;

import java.time.Duration;
import java.util.Locale;

/**
 * Watches a gateway's memory under a load that it can bear for long: whole answers that come late, and streams.
 *
 * @param connections clients that ask for whole answers
 * @param streams clients that read streams
 * @param warmUp what is not counted: heap, code and pools reach their size
 * @param time what is
 * @param looks how often memory is read in that time
 */
record Soak(int connections, int streams, Duration warmUp, Duration time, int looks) {
    static final Soak FULL = new Soak(32, 200, Duration.ofMinutes(2), Duration.ofMinutes(10), 20);

    /** Memory when the warm-up was over, and at the end. */
    record Growth(double firstMegabytes, double lastMegabytes) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "SOAK memory after the warm-up %.0f MB, at the end %.0f MB: %+.1f %%",
                    firstMegabytes,
                    lastMegabytes,
                    100 * (lastMegabytes / firstMegabytes - 1));
        }
    }

    Growth watch(Contender contender, Load load) throws Exception {
        Load.Running whole = load.start(contender.call(Way.LATE), connections);
        Load.Running streamed = load.start(contender.call(Way.DRIP), streams);
        whole.pass(warmUp);
        double first = contender.server().residentMegabytes();
        double last = first;
        for (int look = 1; look <= looks; look++) {
            Load.Answers answers = whole.during(time.dividedBy(looks));
            streamed.pass(Duration.ZERO);
            last = contender.server().residentMegabytes();
            System.out.printf(
                    Locale.ROOT,
                    "%5d s: %4.0f MB, %.0f answers/s, 99 %% within %.1f ms%n",
                    time.dividedBy(looks).multipliedBy(look).toSeconds(),
                    last,
                    answers.perSecond(),
                    answers.millisAt(99));
        }
        whole.stop();
        streamed.cut();
        return new Growth(first, last);
    }
}
