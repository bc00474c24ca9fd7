package io.github.camelllm.routes.ledger.report;

import io.github.camelllm.routes.ledger.report.CostRow.Amounts;
import io.github.camelllm.routes.ledger.report.CostRow.Counts;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Divides what a period cost among the values of a tag. */
public final class Chargeback {
    private static final int SHARE_PLACES = 2;

    private Chargeback() {}

    /**
     * What one value of the tag is charged, in one currency.
     *
     * @param value empty for what was used without the tag, and for adjustments of whole days
     * @param currency empty text for attempts without a known cost
     * @param nanos exact, adjustments included
     * @param amount rounded, so that the amounts of a currency sum to its rounded total
     * @param percent of the currency's total; they sum to 100.00. 0 of a total of nothing
     * @param counts of all attempts, whatever their currency; they stand in each currency's row
     */
    public record Charge(
            Optional<String> value,
            String currency,
            long nanos,
            BigDecimal amount,
            BigDecimal percent,
            Counts counts) {}

    /**
     * Charges sorted by currency, then by value, what is unallocated last.
     *
     * @param places decimal places that amounts are rounded to; 9 for none
     */
    public static List<Charge> of(LedgerReports reports, Period period, String tag, int places) throws SQLException {
        List<CostRow> tagged = reports.costs(ReportQuery.of(period).byTag(tag));
        List<CostRow> all = reports.costs(ReportQuery.of(period));
        Counts rest = all.isEmpty() ? Counts.NONE : all.get(0).counts();
        SortedMap<String, Amounts> restAmounts = new TreeMap<>();
        all.forEach(row -> restAmounts.putAll(row.amounts()));
        for (CostRow row : tagged) {
            rest = rest.minus(row.counts());
            row.amounts().forEach((currency, amounts) -> restAmounts.merge(currency, amounts, Amounts::minus));
        }
        List<Charge> charges = new ArrayList<>();
        if (restAmounts.isEmpty() && !all.isEmpty()) {
            restAmounts.put("", Amounts.NONE);
        }
        for (String currency : restAmounts.keySet()) {
            charges.addAll(of(currency, tagged, rest, restAmounts.getOrDefault(currency, Amounts.NONE), places));
        }
        return charges;
    }

    private static List<Charge> of(
            String currency, List<CostRow> tagged, Counts rest, Amounts restAmounts, int places) {
        List<Optional<String>> values = new ArrayList<>();
        List<Counts> counts = new ArrayList<>();
        List<Long> nanos = new ArrayList<>();
        for (CostRow row : tagged) {
            if (currency.isEmpty() || row.amounts().containsKey(currency)) {
                values.add(row.key().tagValue());
                counts.add(row.counts());
                nanos.add(row.amounts(currency).totalNanos());
            }
        }
        if (restAmounts.totalNanos() != 0 || rest.attempts() != 0) {
            values.add(Optional.empty());
            counts.add(rest);
            nanos.add(restAmounts.totalNanos());
        }
        List<BigDecimal> amounts = Decimals.rounded(nanos, places);
        List<BigDecimal> percents = Decimals.percents(nanos, SHARE_PLACES);
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            charges.add(
                    new Charge(values.get(i), currency, nanos.get(i), amounts.get(i), percents.get(i), counts.get(i)));
        }
        return charges;
    }
}
