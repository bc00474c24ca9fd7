package io.github.camelllm.routes.ledger.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.routes.ledger.report.CostRow.Amounts;
import io.github.camelllm.routes.ledger.report.CostRow.Counts;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The step of the template {@code llm-focus-export}: charges by day, provider, model and operation in the columns of the
 * FinOps Open Cost and Usage Specification 1.2, all mandatory ones and those others that a ledger can fill. What adjustments
 * changed is in rows of its own, so that the rows of a day sum to what it costs by all that is known today. Attempts whose cost
 * is unknown are in a row without costs and currency if none beside them has a known one: the specification wants a number
 * there, and zero would be a wrong one. Set up once, then thread-safe.
 *
 * <p>Source: https://focus.finops.org/focus-specification/v1-2
 */
public final class FocusExport extends LedgerStep {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String[] COLUMNS = {
        "BilledCost",
        "BillingAccountId",
        "BillingAccountName",
        "BillingCurrency",
        "BillingPeriodEnd",
        "BillingPeriodStart",
        "ChargeCategory",
        "ChargeClass",
        "ChargeDescription",
        "ChargeFrequency",
        "ChargePeriodEnd",
        "ChargePeriodStart",
        "ConsumedQuantity",
        "ConsumedUnit",
        "ContractedCost",
        "EffectiveCost",
        "InvoiceIssuerName",
        "ListCost",
        "PricingQuantity",
        "PricingUnit",
        "ProviderName",
        "PublisherName",
        "ServiceCategory",
        "ServiceName",
        "ServiceSubcategory",
        "SkuId",
        "Tags",
        "x_Attempts",
        "x_InputTokens",
        "x_Operation",
        "x_OutputTokens",
        "x_UnpricedAttempts"
    };

    private String tag = "";
    private String account = "camel-llm";
    private String accountName = "";

    /** @param tag name of a tag to divide charges by; empty for none */
    public void setTag(String tag) {
        this.tag = tag;
    }

    /** @param account BillingAccountId of all rows */
    public void setAccount(String account) {
        this.account = account;
    }

    /** @param accountName BillingAccountName of all rows; empty if it has none */
    public void setAccountName(String accountName) {
        this.accountName = accountName;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Optional<String> tagName = given(exchange, tag);
        ReportQuery query = ReportQuery.of(period(exchange))
                .by(Dimension.PROVIDER, Dimension.MODEL, Dimension.OPERATION)
                .over(Grain.DAY);
        ReportTable table = new ReportTable(COLUMNS);
        SortedMap<String, Long> totals = new TreeMap<>();
        for (CostRow row : rows(new LedgerReports(database(exchange)), query, tagName)) {
            Map<String, Counts> counts = byCurrency(row);
            row.amounts().forEach((currency, amounts) -> {
                totals.merge(currency, amounts.totalNanos(), Math::addExact);
                add(exchange, table, row, tagName, currency, amounts, counts.getOrDefault(currency, Counts.NONE));
            });
            if (row.amounts().isEmpty() && row.counts().unpriced() != 0) {
                addUsage(exchange, table, row, tagName, null, null, row.counts());
            }
        }
        exchange.getMessage().setHeader(LedgerHeaders.TOTAL, Decimals.text(totals));
        write(exchange, table);
    }

    /** With a tag: the rows of its values, and what they leave of the whole. */
    private static List<CostRow> rows(LedgerReports reports, ReportQuery query, Optional<String> tag)
            throws SQLException {
        List<CostRow> all = reports.costs(query);
        if (tag.isEmpty()) {
            return all;
        }
        SortedMap<ReportKey, CostRow> rows = new TreeMap<>();
        all.forEach(row -> rows.put(row.key(), row));
        for (CostRow tagged : reports.costs(query.byTag(tag.get()))) {
            rows.put(tagged.key(), tagged);
            ReportKey key = tagged.key();
            ReportKey untagged =
                    new ReportKey(key.begin(), key.provider(), key.model(), key.operation(), Optional.empty());
            rows.computeIfPresent(untagged, (same, whole) -> whole.minus(tagged));
        }
        return List.copyOf(rows.values());
    }

    /** Each attempt once: those without a known cost stand with the currency that has the most. */
    private static Map<String, Counts> byCurrency(CostRow row) {
        Map<String, Counts> counts = new TreeMap<>();
        Counts rest = row.counts();
        for (Map.Entry<String, Amounts> amounts : row.amounts().entrySet()) {
            counts.put(amounts.getKey(), amounts.getValue().counts());
            rest = rest.minus(amounts.getValue().counts());
        }
        if (!counts.isEmpty()) {
            String most = Collections.max(counts.entrySet(), Comparator.comparingLong(each -> each.getValue()
                            .attempts()))
                    .getKey();
            counts.merge(most, rest, Counts::plus);
        }
        return counts;
    }

    private void add(
            Exchange exchange,
            ReportTable table,
            CostRow row,
            Optional<String> tagName,
            String currency,
            Amounts amounts,
            Counts counts) {
        if (amounts.costNanos() != 0 || counts.attempts() != 0) {
            addUsage(exchange, table, row, tagName, currency, Decimals.of(amounts.costNanos()), counts);
        }
        if (amounts.adjustedNanos() != 0) {
            BigDecimal adjusted = Decimals.of(amounts.adjustedNanos());
            addRow(exchange, table, row, tagName, currency, adjusted, "Adjustment", null);
        }
    }

    private void addUsage(
            Exchange exchange,
            ReportTable table,
            CostRow row,
            Optional<String> tagName,
            @Nullable String currency,
            @Nullable BigDecimal cost,
            Counts counts) {
        addRow(exchange, table, row, tagName, currency, cost, "Usage", counts);
    }

    private void addRow(
            Exchange exchange,
            ReportTable table,
            CostRow row,
            Optional<String> tagName,
            @Nullable String currency,
            @Nullable BigDecimal cost,
            String category,
            @Nullable Counts counts) {
        ReportKey key = row.key();
        Instant day = key.begin().orElseThrow();
        Instant month = Grain.MONTH.floor(day);
        String provider = key.provider().orElseThrow();
        String model = key.model().orElseThrow();
        String operation = key.operation().filter(text -> !text.isEmpty()).orElse(null);
        Long tokens = counts == null ? null : counts.inputTokens() + counts.outputTokens();
        table.add(
                cost,
                text(exchange, account),
                given(exchange, accountName).orElse(null),
                currency,
                Grain.MONTH.next(month).toString(),
                month.toString(),
                category,
                null,
                category + " of " + provider + "/" + model + (operation == null ? "" : ", " + operation),
                "Usage-Based",
                Grain.DAY.next(day).toString(),
                day.toString(),
                tokens,
                tokens == null ? null : "Tokens",
                cost,
                cost,
                provider,
                cost,
                tokens,
                tokens == null ? null : "Tokens",
                provider,
                provider,
                "AI and Machine Learning",
                provider,
                "Generative AI",
                provider + "/" + model,
                tagName.map(name -> tags(name, row.key().tagValue())).orElse(null),
                counts == null ? null : counts.attempts(),
                counts == null ? null : counts.inputTokens(),
                operation,
                counts == null ? null : counts.outputTokens(),
                counts == null ? null : counts.unpriced());
    }

    private static String tags(String name, Optional<String> value) {
        try {
            return MAPPER.writeValueAsString(
                    value.map(text -> Map.of(name, text)).orElse(Map.of()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts is JSON", e);
        }
    }
}
