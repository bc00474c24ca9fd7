package io.github.camelllm.routes.dashboard;

import io.github.camelllm.catalog.Price;
import io.github.camelllm.catalog.PriceBook;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.catalog.Rates;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.View.Field;
import io.github.camelllm.routes.dashboard.View.Field.Option;
import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.LedgerReports;
import io.github.camelllm.routes.ledger.report.ReportQuery;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The price book: what models cost that were used lately, or all of a provider, and which prices have changed. */
final class PricesPage implements Page {
    private static final String USED = "";
    private static final int MOST_ROWS = 500;

    private final RunningComponents components;
    private final LedgerReports reports;
    private final Clock clock;

    PricesPage(RunningComponents components, LedgerReports reports, Clock clock) {
        this.components = components;
        this.reports = reports;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "prices";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        Pricing pricing = components.pricing();
        PriceBook book = pricing.book();
        String provider = request.parameter("provider").orElse(USED);
        String search = request.parameter("q").orElse("").toLowerCase(Locale.ROOT);
        if (!provider.equals(USED) && !book.providers().contains(provider)) {
            throw new IllegalArgumentException(
                    "provider: expected a provider of the price book, but came '" + provider + "'");
        }
        List<Option> providers = Stream.concat(
                        Stream.of(new Option(USED, "models used in the last 90 days")),
                        book.providers().stream().map(name -> new Option(name, name)))
                .toList();
        return View.of(name(), "Prices")
                .intro("Price book " + book.version() + ". Prices are for a million tokens.")
                .field(Field.select("provider", "Models of", provider, providers))
                .field(Field.text("q", "Model contains", search))
                .table(prices(
                        provider.equals(USED) ? used(pricing) : listed(book, provider), search, provider.equals(USED)))
                .table(PriceChanges.table(book, provider.equals(USED) ? book.providers() : List.of(provider), search))
                .build();
    }

    /** A model, and its price if it has one. */
    private record Priced(String provider, String model, Optional<Price> price) {}

    private List<Priced> used(Pricing pricing) throws Exception {
        List<Priced> used = new ArrayList<>();
        for (CostRow row : reports.costs(
                ReportQuery.of(PeriodChoice.QUARTER.period(clock)).by(Dimension.PROVIDER, Dimension.MODEL))) {
            String provider = row.key().provider().orElse("");
            String model = row.key().model().orElse("");
            used.add(new Priced(provider, model, pricing.price(provider, model, clock.instant())));
        }
        return used;
    }

    private List<Priced> listed(PriceBook book, String provider) {
        return book.models(provider).stream()
                .map(model -> new Priced(provider, model, book.find(provider, model, clock.instant())))
                .toList();
    }

    private static DataTable prices(List<Priced> models, String search, boolean used) {
        List<Priced> found = models.stream()
                .filter(model -> model.model().toLowerCase(Locale.ROOT).contains(search))
                .toList();
        List<List<Cell>> rows = new ArrayList<>();
        found.stream().limit(MOST_ROWS).forEach(model -> rows.add(row(model)));
        DataTable table = DataTable.of(
                "prices",
                "Prices",
                List.of(
                        Column.text("provider", "Provider"),
                        Column.text("model", "Model"),
                        Column.text("currency", "Currency"),
                        Column.number("input", "Input"),
                        Column.number("output", "Output"),
                        Column.number("cacheRead", "Cache read"),
                        Column.number("cacheWrite", "Cache write"),
                        Column.number("batchDiscountPercent", "Batch discount"),
                        Column.text("tiers", "Dearer above"),
                        Column.text("since", "Since")),
                rows);
        if (found.size() > MOST_ROWS) {
            return table.note("The first " + MOST_ROWS + " of " + Shown.count(found.size()) + ".");
        }
        return used ? table.note("Attempts at a model without a price have an unknown cost.") : table;
    }

    private static List<Cell> row(Priced model) {
        Optional<Price> price = model.price();
        Optional<Rates> rates = price.map(Price::rates);
        return List.of(
                Cell.text(model.provider()),
                Cell.text(model.model()),
                price.map(known -> Cell.text(known.currency())).orElse(Cell.UNKNOWN),
                rates.map(known -> rate(known.input())).orElse(Cell.UNKNOWN),
                rates.map(known -> rate(known.output())).orElse(Cell.UNKNOWN),
                rates.flatMap(Rates::cacheRead).map(PricesPage::rate).orElse(Cell.NONE),
                rates.flatMap(Rates::cacheWrite).map(PricesPage::rate).orElse(Cell.NONE),
                price.flatMap(Price::batchDiscount).map(PricesPage::discount).orElse(Cell.NONE),
                price.map(PricesPage::tiers).orElse(Cell.NONE),
                Cell.text(price.flatMap(Price::effectiveFrom).map(LocalDate::toString)));
    }

    static Cell rate(BigDecimal rate) {
        return Cell.number(rate, text(rate));
    }

    private static String text(BigDecimal rate) {
        BigDecimal stripped = rate.stripTrailingZeros();
        return (stripped.scale() < 2 ? stripped.setScale(2) : stripped).toPlainString();
    }

    static Cell discount(BigDecimal fraction) {
        BigDecimal percent = fraction.movePointRight(2).stripTrailingZeros();
        return Cell.number(percent, percent.toPlainString() + " %");
    }

    static Cell tiers(Price price) {
        String text = price.tiers().stream()
                .map(tier -> Shown.count(tier.aboveInputTokens()) + " tokens in: "
                        + text(tier.rates().input()) + " and "
                        + text(tier.rates().output()))
                .collect(Collectors.joining("; "));
        return text.isEmpty() ? Cell.NONE : Cell.text(text);
    }
}
