package io.github.camelllm.examples.nodes;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.stream.LongStream;

/**
 * What came out.
 *
 * @param tooManyRequests how many times the provider answered 429
 * @param requestsPerMinute what the provider allows
 * @param budget in US dollars
 * @param spent what the provider charged
 */
record Report(
        List<NodeProcess> nodes, long tooManyRequests, int requestsPerMinute, BigDecimal budget, BigDecimal spent) {
    private static final double MILLIS_PER_MINUTE = 60_000;
    private static final long RESERVE_MILLIS = 1_000;

    BigDecimal overspent() {
        return spent.subtract(budget).max(BigDecimal.ZERO);
    }

    /**
     * Requests that were sent up to the last one, of those that were allowed in that time. The first second does not count: in
     * it the small reserve is sent that a limit has.
     */
    private double used() {
        long[] sent = nodes.stream()
                .flatMap(node -> node.calls().stream())
                .filter(call -> call.kind() == CallLine.Kind.ANSWERED)
                .mapToLong(CallLine::startedMillis)
                .sorted()
                .toArray();
        if (sent.length == 0) {
            return 0;
        }
        long begin = sent[0] + RESERVE_MILLIS;
        long counted = LongStream.of(sent).filter(at -> at > begin).count();
        return counted == 0
                ? 0
                : counted * MILLIS_PER_MINUTE / ((sent[sent.length - 1] - begin) * (double) requestsPerMinute);
    }

    void print(PrintStream out) {
        String row = "%-9s %6s %10s %12s %8s %6s %13s %8s  %s";
        printRow(out, row, "", "asked", "from cache", "over budget", "failed", "429s", "waited, mean", "longest", "");
        BigDecimal saved = BigDecimal.ZERO;
        for (NodeProcess node : nodes) {
            LongSummaryStatistics waits = node.calls().stream()
                    .filter(call -> call.kind() == CallLine.Kind.ANSWERED)
                    .mapToLong(CallLine::waitedMillis)
                    .summaryStatistics();
            printRow(
                    out,
                    row,
                    node.name(),
                    waits.getCount(),
                    count(node, CallLine.Kind.FROM_CACHE),
                    count(node, CallLine.Kind.OVER_BUDGET),
                    count(node, CallLine.Kind.FAILED),
                    count(node, CallLine.Kind.TOO_MANY_REQUESTS),
                    seconds(waits.getAverage()),
                    seconds(Math.max(0, waits.getMax())),
                    node.isKilled() ? "killed" : "");
            saved = node.calls().stream().map(CallLine::saved).reduce(saved, BigDecimal::add);
        }
        out.printf(
                Locale.ROOT,
                "%n429s=%d used=%.1f%% budget=%s spent=%s overspent=%s saved=%s (USD)%n",
                tooManyRequests,
                used() * 100,
                dollars(budget),
                dollars(spent),
                overspent().signum() == 0 ? "0" : overspent().toPlainString(),
                dollars(saved));
    }

    private static void printRow(PrintStream out, String row, Object... values) {
        out.println(String.format(Locale.ROOT, row, values).stripTrailing());
    }

    private static long count(NodeProcess node, CallLine.Kind kind) {
        return node.calls().stream().filter(call -> call.kind() == kind).count();
    }

    private static String seconds(double millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }

    private static String dollars(BigDecimal amount) {
        return amount.setScale(4, RoundingMode.HALF_EVEN).toPlainString();
    }
}
