package io.github.camelllm.examples.benchmark;

import java.util.concurrent.CompletionStage;

/**
 * One way to make the measured call.
 *
 * @param name a key of the results
 * @param label what a reader sees
 * @param unitsPerCall what one call counts for: 1, or the pieces of a streamed answer
 * @param load makes the calls
 */
record Contender(String name, String label, int unitsPerCall, Load load) {

    /** Many callers of one contender; each calls again as soon as it has its answer. */
    interface Load {
        /** Starts the callers. They stop after their current call once {@code calls} is stopped. */
        void start(int callers, Calls calls);
    }

    /** A call that holds its thread. */
    interface Blocking {
        void call() throws Exception;
    }

    /** A call that holds no thread. */
    interface Chained {
        CompletionStage<?> call() throws Exception;
    }

    /** Each caller is a thread that waits for its answer. */
    static Contender threads(String name, String label, int unitsPerCall, Blocking call) {
        return new Contender(name, label, unitsPerCall, (callers, calls) -> {
            for (int i = 0; i < callers; i++) {
                Thread caller = new Thread(() -> repeat(call, calls), "caller-" + i);
                caller.setDaemon(true);
                calls.begin();
                caller.start();
            }
        });
    }

    /** Each answer starts its caller's next call. */
    static Contender chained(String name, String label, int unitsPerCall, Chained call) {
        return new Contender(name, label, unitsPerCall, (callers, calls) -> {
            for (int i = 0; i < callers; i++) {
                calls.begin();
                again(call, calls);
            }
        });
    }

    private static void repeat(Blocking call, Calls calls) {
        while (calls.areWanted()) {
            try {
                call.call();
                calls.succeeded();
            } catch (Exception e) {
                calls.failed(e);
            }
        }
        calls.end();
    }

    private static void again(Chained call, Calls calls) {
        if (!calls.areWanted()) {
            calls.end();
            return;
        }
        try {
            call.call().whenComplete((answer, failure) -> {
                if (failure == null) {
                    calls.succeeded();
                } else {
                    calls.failed(failure);
                }
                again(call, calls);
            });
        } catch (Exception e) {
            calls.failed(e);
            calls.end();
        }
    }
}
