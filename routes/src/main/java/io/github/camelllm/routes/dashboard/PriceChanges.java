package io.github.camelllm.routes.dashboard;

import io.github.camelllm.catalog.Price;
import io.github.camelllm.catalog.PriceBook;
import io.github.camelllm.catalog.Rates;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Prices of a price book beside those that were before them: the one of an earlier day, or the shipped one that a table replaced. */
final class PriceChanges {
    private static final int MOST_CHANGES = 200;

    private static final List<Rate> RATES = List.of(
            new Rate("input", "Input", rates -> Optional.of(rates.input())),
            new Rate("output", "Output", rates -> Optional.of(rates.output())),
            new Rate("cacheRead", "Cache read", Rates::cacheRead),
            new Rate("cacheWrite", "Cache write", Rates::cacheWrite));

    private PriceChanges() {}

    /** What is compared. */
    private record Rate(String name, String title, Function<Rates, Optional<BigDecimal>> of) {}

    /** A price and the one before it. */
    private record Change(Price price, Price before) {
        boolean isOfOneCurrency() {
            return price.currency().equals(before.currency());
        }

        boolean isNone() {
            return isOfOneCurrency()
                    && RATES.stream().allMatch(rate -> rate.of
                            .apply(price.rates())
                            .map(BigDecimal::stripTrailingZeros)
                            .equals(rate.of.apply(before.rates()).map(BigDecimal::stripTrailingZeros)));
        }
    }

    /** @param search what the ids of models have in them, in small letters */
    static DataTable table(PriceBook book, List<String> providers, String search) {
        List<Change> changes = new ArrayList<>();
        for (String provider : providers) {
            for (String model : book.models(provider)) {
                if (model.toLowerCase(Locale.ROOT).contains(search)) {
                    changes.addAll(changes(book, provider, model));
                }
            }
        }
        changes.sort(Comparator.comparing(
                (Change change) -> change.price().effectiveFrom().orElse(LocalDate.MIN), Comparator.reverseOrder()));
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("from", "From"),
                Column.text("provider", "Provider"),
                Column.text("model", "Model"),
                Column.text("currency", "Currency")));
        for (Rate rate : RATES) {
            columns.add(Column.number(rate.name() + "Before", rate.title() + " before"));
            columns.add(Column.number(rate.name(), rate.title() + " since"));
        }
        return DataTable.of(
                        "changes",
                        "Prices that have changed",
                        columns,
                        changes.stream()
                                .limit(MOST_CHANGES)
                                .map(PriceChanges::row)
                                .toList())
                .note("Known are the days in a table of your own, and the shipped prices that it took the place of."
                        + (changes.size() > MOST_CHANGES ? " Only the latest " + MOST_CHANGES + " are listed." : ""));
    }

    private static List<Change> changes(PriceBook book, String provider, String model) {
        List<Price> latestFirst = new ArrayList<>(book.history(provider, model));
        book.replaced(provider, model).stream().findFirst().ifPresent(latestFirst::add);
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i + 1 < latestFirst.size(); i++) {
            Change change = new Change(latestFirst.get(i), latestFirst.get(i + 1));
            if (!change.isNone()) {
                changes.add(change);
            }
        }
        return changes;
    }

    private static List<Cell> row(Change change) {
        Price price = change.price();
        String before = change.before().currency();
        List<Cell> row = new ArrayList<>(List.of(
                Cell.text(price.effectiveFrom().map(LocalDate::toString)),
                Cell.text(price.provider()),
                Cell.text(price.model()),
                Cell.text(change.isOfOneCurrency() ? before : before + ", then " + price.currency())));
        for (Rate rate : RATES) {
            Optional<BigDecimal> old = rate.of().apply(change.before().rates());
            Optional<BigDecimal> now = rate.of().apply(price.rates());
            Cell cell = now.map(PricesPage::rate).orElse(Cell.NONE);
            int order = old.isPresent() && now.isPresent() && change.isOfOneCurrency()
                    ? now.get().compareTo(old.get())
                    : 0;
            row.add(old.map(PricesPage::rate).orElse(Cell.NONE));
            row.add(order == 0 ? cell : cell.tone(order > 0 ? "bad" : "good"));
        }
        return row;
    }
}
