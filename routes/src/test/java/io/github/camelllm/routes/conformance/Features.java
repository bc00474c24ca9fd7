package io.github.camelllm.routes.conformance;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;

/** Features of an SDK, to be run against each target; what came out is compared with the page. */
final class Features {
    /** One feature at one target. */
    @FunctionalInterface
    interface Feature {
        void run(Target target) throws Exception;
    }

    /** A feature that not every target has: what comes out is {@link Result#WORKS} or the status of the refusal. */
    @FunctionalInterface
    interface Partial {
        String run(Target target) throws Exception;
    }

    private final String api;
    private final String sdk;
    private final List<DynamicTest> tests = new ArrayList<>();
    private final List<Result> results = new ArrayList<>();

    Features(String api, String sdk) {
        this.api = api;
        this.sdk = sdk;
    }

    Features feature(String name, Feature feature) {
        return partial(name, always(feature));
    }

    Features partial(String name, Partial feature) {
        Target.providers().forEach(target -> add(name, target, feature));
        return this;
    }

    /** A feature of the gateway itself. */
    Features own(String name, Feature feature) {
        add(name, Target.GATEWAY, always(feature));
        return this;
    }

    /** What the gateway itself refuses. */
    Features refused(String name, int status, Feature feature) {
        add(name, Target.GATEWAY, target -> {
            feature.run(target);
            return Integer.toString(status);
        });
        return this;
    }

    private static Partial always(Feature feature) {
        return target -> {
            feature.run(target);
            return Result.WORKS;
        };
    }

    private void add(String name, Target target, Partial feature) {
        tests.add(DynamicTest.dynamicTest(
                name + ", " + target.label(), () -> results.add(new Result(api, name, target, feature.run(target)))));
    }

    /** The tests, and one behind them that compares what came out with the page. */
    List<DynamicTest> tests() {
        List<DynamicTest> all = new ArrayList<>(tests);
        all.add(DynamicTest.dynamicTest(
                "the page says what came out", () -> ConformanceTable.check(api, sdk, results)));
        return all;
    }
}
