package io.github.camelllm.router.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Requests that come at random (Poisson) instants: turns of conversations, most of them short, some long. The same seed gives
 * the same requests, so that all policies answer the same ones.
 */
final class Workload {
    /** Conversations held at the same time, and the share of requests that begin another one in place of theirs. */
    private static final int CONVERSATIONS = 300;

    private static final double BEGINNINGS = 1 / 6.0;

    private Workload() {}

    /**
     * One request.
     *
     * @param number from 0
     * @param micros when it comes
     */
    record Request(int number, long micros, String conversation, int inputTokens, int outputTokens) {}

    static List<Request> of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Request> requests = new ArrayList<>();
        int[] held = IntStream.range(0, CONVERSATIONS).toArray();
        int begun = CONVERSATIONS;
        double seconds = 0;
        while (true) {
            seconds -= StrictMath.log1p(-random.nextDouble())
                    / Phase.at(seconds).map(Phase::requestsPerSecond).orElse(1.0);
            if (Phase.at(seconds).isEmpty()) {
                return List.copyOf(requests);
            }
            int one = (int) (random.nextDouble() * CONVERSATIONS);
            if (random.nextDouble() < BEGINNINGS) {
                held[one] = begun++;
            }
            double size = 0.5 + random.nextDouble();
            requests.add(request(requests.size(), Math.round(seconds * 1e6), held[one], size));
        }
    }

    /** Of a hundred conversations 70 are chats, 25 bring some context and 5 a whole document. */
    private static Request request(int number, long micros, int conversation, double size) {
        int kind = conversation % 100;
        int input = kind < 70 ? 400 : kind < 95 ? 4000 : 30_000;
        int output = kind < 70 ? 150 : kind < 95 ? 400 : 800;
        return new Request(
                number, micros, "c" + conversation, (int) Math.round(input * size), (int) Math.round(output * size));
    }
}
