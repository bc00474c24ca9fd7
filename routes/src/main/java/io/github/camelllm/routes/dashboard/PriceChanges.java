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
    private static final String BATCH_DISCOUNT = "batchDiscountPercent";

    /** The first two are always shown, the others where one has changed. */
    private static final List<Part> PARTS = List.of(
            Part.rate("input", "Input", rates -> Optional.of(rates.input())),
            Part.rate("output", "Output", rates -> Optional.of(rates.output())),
            Part.rate("cacheRead", "Cache read", Rates::cacheRead),
            Part.rate("cacheWrite", "Cache write", Rates::cacheWrite),
            Part.rate("cacheWrite1h", "Cache write for an hour", Rates::cacheWrite1h),
            Part.rate("inputAudio", "Audio in", Rates::inputAudio),
            Part.rate("inputImage", "Images in", Rates::inputImage),
            Part.rate("outputAudio", "Audio out", Rates::outputAudio),
            Part.rate("outputImage", "Images out", Rates::outputImage),
            Part.rate("reasoningOutput", "Reasoning", Rates::reasoningOutput),
            new Part("webSearchPerThousand", "1,000 searches", price -> number(price.webSearchPerThousand())),
            new Part(BATCH_DISCOUNT, "Batch discount", price -> price.batchDiscount()
                    .map(PricesPage::discount)
                    .orElse(Cell.NONE)),
            new Part("tiers", "Dearer above", PricesPage::tiers));

    private static final int ALWAYS_SHOWN = 2;

    private PriceChanges() {}

    /** What is compared: by what is shown of it. */
    private record Part(String name, String title, Function<Price, Cell> of) {
        static Part rate(String name, String title, Function<Rates, Optional<BigDecimal>> of) {
            return new Part(name, title, price -> number(of.apply(price.rates())));
        }
    }

    /** A price and the one before it. */
    private record Change(Price price, Price before) {
        boolean isOfOneCurrency() {
            return price.currency().equals(before.currency());
        }

        boolean isNone() {
            return isOfOneCurrency() && PARTS.stream().noneMatch(this::isOf);
        }

        boolean isOf(Part part) {
            return !part.of().apply(price).text().equals(part.of().apply(before).text());
        }
    }

    private static Cell number(Optional<BigDecimal> rate) {
        return rate.map(PricesPage::rate).orElse(Cell.NONE);
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
        List<Change> listed = changes.stream().limit(MOST_CHANGES).toList();
        List<Part> parts = new ArrayList<>(PARTS.subList(0, ALWAYS_SHOWN));
        PARTS.stream()
                .skip(ALWAYS_SHOWN)
                .filter(part -> listed.stream().anyMatch(change -> change.isOf(part)))
                .forEach(parts::add);
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("from", "From"),
                Column.text("provider", "Provider"),
                Column.text("model", "Model"),
                Column.text("currency", "Currency")));
        for (Part part : parts) {
            columns.add(Column.number(part.name() + "Before", part.title() + " before"));
            columns.add(Column.number(part.name(), part.title() + " since"));
        }
        return DataTable.of(
                        "changes",
                        "Prices that have changed",
                        columns,
                        listed.stream().map(change -> row(change, parts)).toList())
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

    private static List<Cell> row(Change change, List<Part> parts) {
        Price price = change.price();
        String before = change.before().currency();
        List<Cell> row = new ArrayList<>(List.of(
                Cell.text(price.effectiveFrom().map(LocalDate::toString)),
                Cell.text(price.provider()),
                Cell.text(price.model()),
                Cell.text(change.isOfOneCurrency() ? before : before + ", then " + price.currency())));
        for (Part part : parts) {
            Cell old = part.of().apply(change.before());
            Cell now = part.of().apply(price);
            row.add(old);
            row.add(change.isOfOneCurrency() ? toned(part, old, now) : now);
        }
        return row;
    }

    /** Dearer is bad, and so is a smaller discount. */
    private static Cell toned(Part part, Cell old, Cell now) {
        if (!(old.value() instanceof BigDecimal before) || !(now.value() instanceof BigDecimal since)) {
            return now;
        }
        int order = since.compareTo(before);
        if (order == 0) {
            return now;
        }
        boolean isDiscount = part.name().equals(BATCH_DISCOUNT);
        return now.tone(order > 0 == isDiscount ? "good" : "bad");
    }
}
