package io.github.camelllm.router.simulation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** What a policy made of the requests of one phase. */
final class Outcome {
    private final double seconds;
    private final List<Simulation.Result> results;

    private Outcome(double seconds, List<Simulation.Result> results) {
        this.seconds = seconds;
        this.results = results;
    }

    static Outcome of(Phase phase, List<Simulation.Result> results) {
        return between(phase.from(), phase.from() + phase.seconds(), results);
    }

    /** Of the requests that came after so many seconds of a phase. */
    static Outcome ofLater(Phase phase, int seconds, List<Simulation.Result> results) {
        return between(phase.from() + seconds, phase.from() + phase.seconds(), results);
    }

    private static Outcome between(int from, int to, List<Simulation.Result> results) {
        return new Outcome(
                to - from,
                results.stream()
                        .filter(result -> result.request().micros() >= from * 1_000_000L
                                && result.request().micros() < to * 1_000_000L)
                        .toList());
    }

    int requests() {
        return results.size();
    }

    long successes() {
        return results.stream().filter(Simulation.Result::succeeded).count();
    }

    double successesPerSecond() {
        return successes() / seconds;
    }

    double failedPercent() {
        return 100.0 * (requests() - successes()) / requests();
    }

    /** Per answered request, in thousandths of a dollar. */
    double millisPerSuccess() {
        BigDecimal sum = results.stream().map(Simulation.Result::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
        return successes() == 0
                ? Double.NaN
                : sum.movePointRight(3)
                        .divide(BigDecimal.valueOf(successes()), MathContext.DECIMAL64)
                        .doubleValue();
    }

    /** Seconds from the request to its answer, failed attempts included; NaN if none was answered. */
    double latency(double quantile) {
        double[] seconds = results.stream()
                .filter(Simulation.Result::succeeded)
                .mapToDouble(result -> result.micros() / 1e6)
                .sorted()
                .toArray();
        return seconds.length == 0 ? Double.NaN : seconds[(int) Math.ceil(quantile * seconds.length) - 1];
    }

    double attemptsPerRequest() {
        return results.stream().mapToInt(Simulation.Result::attempts).sum() / (double) requests();
    }

    /** Share of the answers that a target gave. */
    double answeredByPercent(String target) {
        return 100.0
                * results.stream()
                        .filter(result -> result.answeredBy().equals(target))
                        .count()
                / Math.max(1, successes());
    }
}
