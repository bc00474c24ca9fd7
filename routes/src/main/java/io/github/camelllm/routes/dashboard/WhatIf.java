package io.github.camelllm.routes.dashboard;

import io.github.camelllm.catalog.Price;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.catalog.Rates;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.CostRow.Counts;
import io.github.camelllm.routes.ledger.report.Decimals;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the tokens of each model would have cost on another. Of sums, so that it takes no longer for ten million
 * attempts: without the dearer tiers of long requests, and without writes to caches, which sums do not know.
 *
 * @param target the other model, as {@code provider/model}
 */
record WhatIf(String target, Price price) {
    /** @throws IllegalArgumentException if it is not written like that, or has no price */
    static WhatIf on(String target, Pricing pricing, Instant at) {
        int slash = target.indexOf('/');
        if (slash <= 0 || slash == target.length() - 1) {
            throw new IllegalArgumentException(
                    "on: expected provider/model, such as openai/gpt-5-mini, but came '" + target + "'");
        }
        return new WhatIf(
                target,
                pricing.price(target.substring(0, slash), target.substring(slash + 1), at)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "on: '" + target + "' has no price; the page of prices says which models have one")));
    }

    /** @param most how many models are listed; all count */
    DataTable table(List<CostRow> rows, int most) {
        List<CostRow> comparable = rows.stream().filter(this::isComparable).toList();
        List<List<Cell>> lines = new ArrayList<>();
        rows.stream().limit(most).forEach(row -> lines.add(line(row)));
        lines.add(all(comparable));
        return DataTable.of(
                        "what-if",
                        "On " + target,
                        List.of(
                                Column.text("model", "Model that was asked"),
                                Column.number("cost", "Cost, " + price.currency()),
                                Column.number("unpriced", "Cost unknown"),
                                Column.number("costOnOther", "On " + target),
                                Column.number("difference", "Difference")),
                        lines)
                .in(price.currency())
                .note(note(comparable, rows.size() - comparable.size(), rows.size() > most));
    }

    /** Amounts of two currencies have no difference, and no sum. */
    private boolean isComparable(CostRow row) {
        return row.amounts().keySet().stream().allMatch(price.currency()::equals);
    }

    private List<Cell> line(CostRow row) {
        BigDecimal would = cost(row.counts(), price.rates());
        if (!isComparable(row)) {
            return List.of(
                    Cell.text(ComparePage.name(row)),
                    Cell.NONE,
                    UsageTable.unpriced(row.counts().unpriced()),
                    would(would, row.counts().unpriced(), price.currency()),
                    Cell.NONE);
        }
        return line(ComparePage.name(row), was(row), row.counts().unpriced(), would, price.currency());
    }

    private Optional<BigDecimal> was(CostRow row) {
        return Optional.ofNullable(row.amounts().get(price.currency()))
                .map(amounts -> Decimals.of(amounts.totalNanos()));
    }

    private List<Cell> all(List<CostRow> rows) {
        return line(
                "All",
                rows.stream().flatMap(row -> was(row).stream()).reduce(BigDecimal::add),
                unknown(rows),
                rows.stream().map(row -> cost(row.counts(), price.rates())).reduce(BigDecimal.ZERO, BigDecimal::add),
                price.currency());
    }

    private static long unknown(List<CostRow> rows) {
        return rows.stream().mapToLong(row -> row.counts().unpriced()).sum();
    }

    private String note(List<CostRow> comparable, int left, boolean cut) {
        long unknown = unknown(comparable);
        boolean cached = comparable.stream().anyMatch(row -> row.counts().cacheHits() > 0);
        return "By today's price and the tokens that were counted: another model counts the same text"
                + " differently. Without dearer tiers of long requests and writes to providers' caches."
                + (cached ? " Answers from our own cache count as if the model had been asked." : "")
                + (unknown == 0
                        ? ""
                        : " " + Shown.count(unknown)
                                + " attempts have an unknown cost; their tokens count as far as they are known.")
                + (left == 0
                        ? ""
                        : " All leaves out " + Shown.count(left)
                                + " of the models: they cost something in another currency.")
                + (cut ? " Only those asked most are listed; All has the others too." : "");
    }

    /** @param unknown how many attempts have a cost that nobody knows: then nobody knows the difference either */
    private static List<Cell> line(
            String name, Optional<BigDecimal> was, long unknown, BigDecimal would, String currency) {
        Cell cost = was.map(amount -> Cell.number(amount, Shown.money(amount, currency)))
                .orElse(unknown > 0 ? Cell.UNKNOWN : Cell.NONE);
        return List.of(
                Cell.text(name),
                cost,
                UsageTable.unpriced(unknown),
                would(would, unknown, currency),
                unknown > 0
                        ? Cell.UNKNOWN
                        : was.map(amount -> difference(amount, would, currency)).orElse(Cell.NONE));
    }

    /** Where a cost is unknown the usage may be too: then this is the least, or unknown as well. */
    private static Cell would(BigDecimal amount, long unknown, String currency) {
        if (unknown == 0) {
            return Cell.number(amount, Shown.money(amount, currency));
        }
        return amount.signum() == 0
                ? Cell.UNKNOWN
                : Cell.number(amount, Shown.money(amount, currency) + " at least")
                        .tone("warn");
    }

    private static Cell difference(BigDecimal before, BigDecimal after, String currency) {
        BigDecimal difference = after.subtract(before);
        String text = (difference.signum() > 0 ? "+" : "") + Shown.money(difference, currency);
        return Cell.number(difference, text)
                .tone(difference.signum() > 0 ? "bad" : difference.signum() < 0 ? "good" : "");
    }

    /** Exact, as {@link Pricing} computes it for a call that has nothing but these tokens. */
    static BigDecimal cost(Counts counts, Rates rates) {
        long read = Math.min(counts.cacheReadInputTokens(), counts.inputTokens());
        long reasoning = rates.reasoningOutput().isPresent()
                ? Math.min(counts.reasoningOutputTokens(), counts.outputTokens())
                : 0;
        return amount(counts.inputTokens() - read, rates.input())
                .add(amount(read, rates.cacheRead().orElse(rates.input())))
                .add(amount(counts.outputTokens() - reasoning, rates.output()))
                .add(amount(reasoning, rates.reasoningOutput().orElse(rates.output())));
    }

    private static BigDecimal amount(long tokens, BigDecimal ratePerMillion) {
        return BigDecimal.valueOf(tokens).multiply(ratePerMillion).movePointLeft(6);
    }
}
