package io.github.camelllm.routes.crash;

import java.util.List;

/**
 * What became of two gateways of which one was killed.
 *
 * @param money ledger, bill and budget
 * @param problems what must not be, in words
 * @param clients what clients saw
 */
record NodesResult(CrashResult money, List<String> problems, String clients) {
    NodesResult {
        problems = List.copyOf(problems);
    }

    boolean isGood() {
        return money.isGood() && problems.isEmpty();
    }

    @Override
    public String toString() {
        return money + "; clients: " + clients + (problems.isEmpty() ? "" : "; problems: " + problems);
    }
}
