package io.github.camelllm.routes.quality;

import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.router.RouterTarget;
import io.github.camelllm.routes.quality.Leaderboard.Cost;
import io.github.camelllm.routes.quality.Leaderboard.Row;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The weights that a router's targets deserve by the scores of their answers, and why. A pure function of its arguments.
 *
 * <p>A target's value is quality ÷ (cost × latency), each to the power that the settings say, as in the strategy
 * {@code bestValue}. Quality is the mean of its scores with the prior counted in: {@code priorScores} scores of the target's own
 * {@code quality}, or, without one, of the mean of all. Weights are in proportion to value, after {@code explorePercent} were
 * shared evenly. If there are targets that cost nothing, they alone share what is not shared evenly.
 *
 * <p>A target with fewer than {@code minScores} scores, of unknown cost, or that is another router, keeps its share; one of weight
 * 0 stays a fallback. If fewer than two are left to be compared, nothing changes.
 */
final class Rebalance {
    /** Weights are shares in hundredths of a percent. */
    private static final int WHOLE = 10_000;

    private static final double NANOS = 1e9;

    private final RouterDefinition router;
    private final Map<String, Double> weights;
    private final Map<String, Row> rows = new TreeMap<>();
    private final RebalanceSettings settings;

    /**
     * What is proposed.
     *
     * @param targets in the order of the router
     */
    record Proposal(String why, List<Target> targets) {
        Proposal {
            targets = List.copyOf(targets);
        }

        /** Whether any weight becomes another one. */
        boolean changes() {
            return targets.stream().anyMatch(target -> target.before().compareTo(target.after()) != 0);
        }

        Map<String, Double> weights() {
            Map<String, Double> weights = new LinkedHashMap<>();
            targets.forEach(target -> weights.put(target.name(), target.after().doubleValue()));
            return weights;
        }
    }

    /**
     * What happens to a target.
     *
     * @param before its share of the weights, in percent
     * @param after likewise
     */
    record Target(String name, BigDecimal before, BigDecimal after, String why) {}

    /** A target that can be compared. */
    private record Judged(int index, long scores, double mean, double quality, double cost, Duration latency) {}

    private Rebalance(
            RouterDefinition router, Map<String, Double> weights, List<Row> rows, RebalanceSettings settings) {
        this.router = router;
        this.weights = weights;
        rows.forEach(row -> this.rows.put(row.key().target(), row));
        this.settings = settings;
    }

    /**
     * @param router as it is defined
     * @param weights that are in use, by target
     * @param rows of models, without regard to task and name
     */
    static Proposal propose(
            RouterDefinition router, Map<String, Double> weights, List<Row> rows, RebalanceSettings settings) {
        return new Rebalance(router, weights, rows, settings).propose();
    }

    private Proposal propose() {
        List<RouterTarget> targets = router.targets();
        double[] shares = shares();
        String[] why = new String[targets.size()];
        String currency = currency();
        Optional<Double> everybody = meanOfAll();
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < why.length; i++) {
            RouterTarget target = targets.get(i);
            Optional<Row> row = row(target);
            if (target.weight() == 0) {
                why[i] = "only a fallback";
            } else if (target.model().isRouter()) {
                why[i] = "keeps its share: another router, whose targets are judged and not itself";
            } else if (row.isEmpty() || row.get().sums().scores() < settings.minScores()) {
                why[i] = "keeps its share: "
                        + row.map(found -> found.sums().scores()).orElse(0L) + " scores of the " + settings.minScores()
                        + " that it takes";
            } else if (settings.cost() > 0 && !row.get().costs().containsKey(currency)) {
                why[i] = "keeps its share: nobody knows what its calls cost"
                        + (currency.isEmpty() ? "" : " in " + currency);
            } else {
                judged.add(judged(i, target, row.get(), everybody.orElse(0.0), currency));
            }
        }
        double[] values = values(judged);
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        boolean comparable = judged.size() >= 2 && sum > 0;
        double[] after = shares.clone();
        double pool = 0;
        for (Judged each : judged) {
            pool += shares[each.index()];
        }
        for (int j = 0; j < values.length; j++) {
            Judged each = judged.get(j);
            double explored = settings.explorePercent() / 100.0 / values.length;
            double share = comparable ? values[j] / sum : 0;
            if (comparable) {
                after[each.index()] = pool * (explored + (1 - settings.explorePercent() / 100.0) * share);
            }
            why[each.index()] = words(each, currency)
                    + (comparable ? text("; %.1f %% of the value of those compared", share * 100) : "");
        }
        return proposal(shares, after, why, summary(judged, comparable));
    }

    private Optional<Row> row(RouterTarget target) {
        return Optional.ofNullable(rows.get(target.model().toString()));
    }

    private double[] shares() {
        double sum = 0;
        double[] shares = new double[router.targets().size()];
        for (int i = 0; i < shares.length; i++) {
            RouterTarget target = router.targets().get(i);
            shares[i] = target.weight() == 0 ? 0 : weights.getOrDefault(target.name(), target.weight());
            sum += shares[i];
        }
        for (int i = 0; i < shares.length && sum > 0; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** That of most calls of the targets; empty text if the cost of none is known. There is no rate of exchange here. */
    private String currency() {
        Map<String, Long> calls = new TreeMap<>();
        for (RouterTarget target : router.targets()) {
            row(target).ifPresent(row -> row.costs().forEach((in, cost) -> calls.merge(in, cost.calls(), Long::sum)));
        }
        return calls.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private Optional<Double> meanOfAll() {
        long scores = 0;
        long sum = 0;
        for (RouterTarget target : router.targets()) {
            Optional<Row> row = row(target);
            scores += row.map(found -> found.sums().scores()).orElse(0L);
            sum += row.map(found -> found.sums().score()).orElse(0L);
        }
        return scores == 0 ? Optional.empty() : Optional.of((double) sum / scores / Judgement.BEST);
    }

    private Judged judged(int index, RouterTarget target, Row row, double everybody, String currency) {
        long scores = row.sums().scores();
        double mean = row.estimate().mean();
        double prior = target.quality().orElse(everybody);
        double quality = (scores * mean + settings.priorScores() * prior) / (scores + settings.priorScores());
        Cost cost = row.costs().getOrDefault(currency, new Cost(1, 0));
        return new Judged(index, scores, mean, quality, cost.nanos() / NANOS / cost.calls(), row.meanLatency());
    }

    private double[] values(List<Judged> judged) {
        boolean anyFree = settings.cost() > 0 && judged.stream().anyMatch(each -> each.cost() == 0);
        return judged.stream()
                .mapToDouble(each -> {
                    double price = anyFree ? 1 : Math.pow(each.cost(), settings.cost());
                    double delay = Math.pow((double) Math.max(1, each.latency().toMillis()), settings.latency());
                    return anyFree && each.cost() > 0
                            ? 0
                            : Math.pow(each.quality(), settings.quality()) / price / delay;
                })
                .toArray();
    }

    private String words(Judged each, String currency) {
        String prior = settings.priorScores() == 0
                ? ""
                : text(", counted as %.3f with the prior as %d scores", each.quality(), settings.priorScores());
        String cost = currency.isEmpty()
                ? ""
                : new BigDecimal(each.cost())
                                .setScale(9, RoundingMode.HALF_EVEN)
                                .stripTrailingZeros()
                                .toPlainString() + " " + currency + " and ";
        return text("%d scores with the mean %.3f%s; ", each.scores(), each.mean(), prior)
                + cost
                + each.latency().toMillis()
                + " ms a call";
    }

    private String summary(List<Judged> judged, boolean comparable) {
        if (judged.size() < 2) {
            return "Nothing changes: there must be two targets or more to compare, but there "
                    + (judged.size() == 1 ? "is 1" : "are none");
        }
        return comparable
                ? text(
                        "By value, which is quality^%s ÷ (cost^%s × latency^%s), after %d %% were shared evenly",
                        plain(settings.quality()),
                        plain(settings.cost()),
                        plain(settings.latency()),
                        settings.explorePercent())
                : "Nothing changes: no target's answers are worth anything";
    }

    private static String plain(double exponent) {
        return new BigDecimal(String.valueOf(exponent)).stripTrailingZeros().toPlainString();
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private Proposal proposal(double[] before, double[] after, String[] why, String summary) {
        int[] was = rounded(before);
        int[] is = rounded(after);
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < why.length; i++) {
            targets.add(new Target(
                    router.targets().get(i).name(),
                    BigDecimal.valueOf(was[i], 2),
                    BigDecimal.valueOf(is[i], 2),
                    why[i]));
        }
        return new Proposal(summary, targets);
    }

    /** Shares as whole numbers that add up; the largest remainders go up. What had a share keeps the least one. */
    private static int[] rounded(double[] shares) {
        int[] whole = new int[shares.length];
        List<Integer> byRemainder = new ArrayList<>();
        int left = WHOLE;
        for (int i = 0; i < shares.length; i++) {
            if (shares[i] > 0) {
                whole[i] = Math.max(1, (int) Math.floor(shares[i] * WHOLE));
                left -= whole[i];
                byRemainder.add(i);
            }
        }
        byRemainder.sort(Comparator.comparingDouble(i -> Math.floor(shares[i] * WHOLE) - shares[i] * WHOLE));
        for (int i = 0; left > 0 && !byRemainder.isEmpty(); i = (i + 1) % byRemainder.size()) {
            whole[byRemainder.get(i)]++;
            left--;
        }
        while (left < 0) {
            int largest = 0;
            for (int i = 1; i < whole.length; i++) {
                largest = whole[i] > whole[largest] ? i : largest;
            }
            whole[largest]--;
            left++;
        }
        return whole;
    }
}
