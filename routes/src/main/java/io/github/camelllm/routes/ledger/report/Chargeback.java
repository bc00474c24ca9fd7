package io.github.camelllm.routes.ledger.report;

import io.github.camelllm.routes.ledger.report.CostRow.Counts;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Divides what a period cost among the values of a tag. */
public final class Chargeback {
    private static final int SHARE_PLACES = 2;

    private Chargeback() {}

    /**
     * What one value of the tag is charged, in one currency.
     *
     * @param value empty for what was used without the tag, and for adjustments of whole days
     * @param currency empty text if no attempt of the value has a known cost; it has one row then
     * @param nanos exact, adjustments included
     * @param amount rounded, so that the amounts of a currency sum to its rounded total; empty without a currency
     * @param percent of the currency's total; they sum to 100.00. 0 of a total of nothing, empty without a currency
     * @param counts of all attempts, whatever their currency; they stand in each currency's row
     */
    public record Charge(
            Optional<String> value,
            String currency,
            long nanos,
            Optional<BigDecimal> amount,
            Optional<BigDecimal> percent,
            Counts counts) {}

    /**
     * Charges sorted by currency, what has none first, then by value, what is unallocated last.
     *
     * @param places decimal places that amounts are rounded to; 9 for none
     */
    public static List<Charge> of(LedgerReports reports, Period period, String tag, int places) throws SQLException {
        List<CostRow> rows =
                new ArrayList<>(reports.costs(ReportQuery.of(period).byTag(tag)));
        Optional<CostRow> all = reports.costs(ReportQuery.of(period)).stream().findFirst();
        if (all.isPresent()) {
            CostRow rest = all.get();
            for (CostRow row : rows) {
                rest = rest.minus(row);
            }
            if (rest.counts().attempts() != 0 || !rest.amounts().isEmpty()) {
                rows.add(rest);
            }
        }
        List<Charge> charges = new ArrayList<>();
        rows.stream()
                .filter(row -> row.amounts().isEmpty())
                .map(row -> new Charge(row.key().tagValue(), "", 0, Optional.empty(), Optional.empty(), row.counts()))
                .forEach(charges::add);
        SortedSet<String> currencies = new TreeSet<>();
        rows.forEach(row -> currencies.addAll(row.amounts().keySet()));
        for (String currency : currencies) {
            List<CostRow> charged = rows.stream()
                    .filter(row -> row.amounts().containsKey(currency))
                    .toList();
            charges.addAll(of(currency, charged, places));
        }
        return charges;
    }

    private static List<Charge> of(String currency, List<CostRow> rows, int places) {
        List<Long> nanos =
                rows.stream().map(row -> row.amounts(currency).totalNanos()).toList();
        List<BigDecimal> amounts = Decimals.rounded(nanos, places);
        List<BigDecimal> percents = Decimals.percents(nanos, SHARE_PLACES);
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            CostRow row = rows.get(i);
            charges.add(new Charge(
                    row.key().tagValue(),
                    currency,
                    nanos.get(i),
                    Optional.of(amounts.get(i)),
                    Optional.of(percents.get(i)),
                    row.counts()));
        }
        return charges;
    }
}
