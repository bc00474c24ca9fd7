package io.github.camelllm.examples.benchmark.gateway;

import io.github.camelllm.examples.benchmark.Rounds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** How a number develops. Single values that stick out do not count: its slope is the median of those between any two looks. */
record Trend(List<Look> looks) {
    Trend {
        looks = List.copyOf(looks);
    }

    /** A value at a time. */
    record Look(double seconds, double value) {}

    static Trend none() {
        return new Trend(List.of());
    }

    /** @param seconds later than those before */
    Trend and(double seconds, double value) {
        return new Trend(Stream.concat(looks.stream(), Stream.of(new Look(seconds, value)))
                .toList());
    }

    Trend secondHalf() {
        return new Trend(looks.subList(looks.size() / 2, looks.size()));
    }

    double last() {
        return looks.get(looks.size() - 1).value();
    }

    double most() {
        return looks.stream().mapToDouble(Look::value).max().orElse(Double.NaN);
    }

    double median() {
        return median(looks, Look::value);
    }

    /** From the first look to the last, by the slope, in per cent of the median; 0 of fewer than two looks. */
    double growthPercent() {
        List<Double> slopes = new ArrayList<>();
        for (int i = 0; i < looks.size(); i++) {
            for (int j = i + 1; j < looks.size(); j++) {
                Look from = looks.get(i);
                Look to = looks.get(j);
                slopes.add((to.value() - from.value()) / (to.seconds() - from.seconds()));
            }
        }
        if (slopes.isEmpty()) {
            return 0;
        }
        double seconds = looks.get(looks.size() - 1).seconds() - looks.get(0).seconds();
        return 100 * median(slopes, Double::doubleValue) * seconds / median();
    }

    private static <T> double median(List<T> values, ToDoubleFunction<T> value) {
        return Rounds.median(values.stream().mapToDouble(value).toArray());
    }
}
