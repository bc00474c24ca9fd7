package io.github.camelllm.routes.ledger.report;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.camel.Exchange;

/** The step of the template {@code llm-chargeback}: what each value of a tag is charged. Set up once, then thread-safe. */
public final class ChargebackReport extends LedgerStep {
    private static final String UNALLOCATED = "(unallocated)";
    private static final int MOST_PLACES = 9;

    private String tag = "";
    private int decimals = 2;

    /** @param tag name of the tag */
    public void setTag(String tag) {
        this.tag = tag;
    }

    /** @param decimals places that amounts are rounded to, at most 9 */
    public void setDecimals(int decimals) {
        if (decimals < 0 || decimals > MOST_PLACES) {
            throw new IllegalArgumentException("decimals: expected 0 to 9 but came " + decimals);
        }
        this.decimals = decimals;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        String name = given(exchange, tag)
                .orElseThrow(() -> new IllegalArgumentException("tag: expected the name of a tag but it is empty"));
        Period period = period(exchange);
        List<Chargeback.Charge> charges = Chargeback.of(new LedgerReports(database(exchange)), period, name, decimals);
        ReportTable table = new ReportTable(
                "tag",
                "value",
                "allocated",
                "currency",
                "amount",
                "percent",
                "attempts",
                "unpriced",
                "inputTokens",
                "outputTokens");
        SortedMap<String, Long> totals = new TreeMap<>();
        for (Chargeback.Charge charge : charges) {
            totals.merge(charge.currency(), charge.nanos(), Math::addExact);
            table.add(
                    name,
                    charge.value().orElse(UNALLOCATED),
                    charge.value().isPresent(),
                    charge.currency(),
                    charge.amount().orElse(null),
                    charge.percent().orElse(null),
                    charge.counts().attempts(),
                    charge.counts().unpriced(),
                    charge.counts().inputTokens(),
                    charge.counts().outputTokens());
        }
        exchange.getMessage().setHeader(LedgerHeaders.TOTAL, Decimals.text(totals));
        write(exchange, table);
    }
}
