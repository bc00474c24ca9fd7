package io.github.camelllm.routes.dashboard;

import io.github.camelllm.component.LlmPolicies;
import io.github.camelllm.limit.LimitLevel;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A table of what is left of rate limits. */
final class LimitLevels {
    private static final int MOST_ACCOUNTS = 50;
    /** A page that is shown every two seconds is not held up by a store that is slow. */
    private static final long PATIENCE_MILLIS = 300;

    private LimitLevels() {}

    /** Of limits that calls of this process have used. */
    static List<LimitLevel> of(List<LlmPolicies> policies) {
        return policies.stream()
                .flatMap(each -> each.limitLevels(MOST_ACCOUNTS).stream())
                .sorted(Comparator.comparing(LimitLevel::account)
                        .thenComparing(level -> level.rate().toString()))
                .toList();
    }

    /** What a store does not tell soon is unknown. */
    static DataTable table(List<LimitLevel> levels) {
        CompletableFuture.allOf(levels.stream().map(LimitLevel::left).toArray(CompletableFuture<?>[]::new))
                .handle((all, failure) -> true)
                .completeOnTimeout(false, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
        return DataTable.of(
                        "limitLevels",
                        "What is left of rate limits",
                        List.of(
                                Column.text("account", "Limit"),
                                Column.text("rate", "Rate"),
                                Column.number("used", "Used"),
                                Column.number("left", "Left"),
                                Column.number("holds", "Of")),
                        levels.stream().map(LimitLevels::row).toList())
                .note(
                        "Limits that calls of this process have used, at most " + MOST_ACCOUNTS
                                + " of them. A day, and a limit with pace: burst, holds its whole amount; others hold a small part of"
                                + " it, which flows in evenly. Less than nothing is left where calls that wait have taken of it already.");
    }

    private static List<Cell> row(LimitLevel level) {
        boolean isKnown = level.left().isDone() && !level.left().isCompletedExceptionally();
        long left = isKnown ? level.left().join() : 0;
        long used = level.holds() - left;
        Cell usedCell = Cell.count(used);
        return List.of(
                Cell.text(level.account()),
                Cell.text(level.rate().toString()),
                isKnown ? (left <= 0 ? usedCell.tone("warn") : usedCell) : Cell.UNKNOWN,
                isKnown ? Cell.count(left) : Cell.UNKNOWN,
                Cell.count(level.holds()));
    }
}
