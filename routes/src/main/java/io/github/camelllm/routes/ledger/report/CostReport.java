package io.github.camelllm.routes.ledger.report;

import io.github.camelllm.routes.ledger.report.LatencyRow.Quantiles;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** The step of the template {@code llm-cost-report}. Set up once, then thread-safe. */
public final class CostReport extends LedgerStep {
    private String by = "provider,model";
    private String over = "";
    private String tag = "";
    private String tagValue = "";
    private String provider = "";
    private String model = "";
    private String operation = "";

    /** @param by provider, model, operation and tag, with commas between them; empty for one row */
    public void setBy(String by) {
        this.by = by;
    }

    /** @param over minute, hour, day or month; empty if time is not cut */
    public void setOver(String over) {
        this.over = over;
    }

    /** @param tag name of the tag that is cut by or kept to */
    public void setTag(String tag) {
        this.tag = tag;
    }

    /** @param tagValue may be a simple expression; empty for all */
    public void setTagValue(String tagValue) {
        this.tagValue = tagValue;
    }

    public void setProvider(String provider) {
        this.provider = provider;
    }

    public void setModel(String model) {
        this.model = model;
    }

    public void setOperation(String operation) {
        this.operation = operation;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        ReportQuery query = query(exchange);
        LedgerReports reports = new LedgerReports(database(exchange));
        List<CostRow> costs = reports.costs(query);
        Map<ReportKey, LatencyRow> latencies = new HashMap<>();
        if (query.operation().isEmpty() && !query.by().contains(Dimension.OPERATION)) {
            reports.latencies(query).forEach(row -> latencies.put(row.key(), row));
        }
        ReportTable table = new ReportTable(
                "begin",
                "provider",
                "model",
                "operation",
                "tagValue",
                "currency",
                "cost",
                "adjusted",
                "total",
                "saved",
                "attempts",
                "failed",
                "cancelled",
                "interrupted",
                "cacheHits",
                "unpriced",
                "inputTokens",
                "outputTokens",
                "cacheReadInputTokens",
                "reasoningOutputTokens",
                "latencyP50Ms",
                "latencyP95Ms",
                "firstChunkP50Ms",
                "firstChunkP95Ms");
        SortedMap<String, Long> totals = new TreeMap<>();
        for (CostRow row : costs) {
            SortedMap<String, CostRow.Amounts> amounts = new TreeMap<>(row.amounts());
            if (amounts.isEmpty()) {
                amounts.put("", CostRow.Amounts.NONE);
            }
            amounts.forEach((currency, amount) -> {
                totals.merge(currency, amount.totalNanos(), Math::addExact);
                add(table, row, currency, amount, Optional.ofNullable(latencies.get(row.key())));
            });
        }
        exchange.getMessage().setHeader(LedgerHeaders.TOTAL, Decimals.text(totals));
        write(exchange, table);
    }

    private ReportQuery query(Exchange exchange) {
        ReportQuery query = ReportQuery.of(period(exchange));
        Optional<String> tagName = given(exchange, tag);
        boolean byTag = false;
        EnumSet<Dimension> dimensions = EnumSet.noneOf(Dimension.class);
        for (String name : by.isBlank() ? new String[0] : by.split(",")) {
            Dimension dimension = dimension(name.strip());
            byTag |= dimension == Dimension.TAG;
            if (dimension != Dimension.TAG) {
                dimensions.add(dimension);
            }
        }
        query = query.by(dimensions.toArray(new Dimension[0]));
        if (byTag) {
            query = query.byTag(tagName.orElseThrow(
                    () -> new IllegalArgumentException("by=tag needs the parameter tag with the name of a tag")));
        }
        Optional<String> value = given(exchange, tagValue);
        if (value.isPresent()) {
            query = query.tagged(
                    tagName.orElseThrow(() ->
                            new IllegalArgumentException("tagValue needs the parameter tag with the name of a tag")),
                    value.get());
        }
        if (!over.isBlank()) {
            query = query.over(grain(over.strip()));
        }
        Optional<String> ofProvider = given(exchange, provider);
        query = ofProvider.isPresent() ? query.provider(ofProvider.get()) : query;
        Optional<String> ofModel = given(exchange, model);
        query = ofModel.isPresent() ? query.model(ofModel.get()) : query;
        Optional<String> ofOperation = given(exchange, operation);
        return ofOperation.isPresent() ? query.operation(ofOperation.get()) : query;
    }

    private static Dimension dimension(String name) {
        try {
            return Dimension.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "by: expected provider, model, operation or tag, but came '" + name + "'", e);
        }
    }

    private static Grain grain(String name) {
        try {
            return Grain.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("over: expected minute, hour, day or month, but came '" + name + "'", e);
        }
    }

    private static void add(
            ReportTable table, CostRow row, String currency, CostRow.Amounts amount, Optional<LatencyRow> latency) {
        ReportKey key = row.key();
        CostRow.Counts counts = row.counts();
        Optional<Quantiles> whole = latency.flatMap(LatencyRow::latency);
        Optional<Quantiles> first = latency.flatMap(LatencyRow::firstChunk);
        table.add(
                key.begin().map(Object::toString).orElse(null),
                key.provider().orElse(null),
                key.model().orElse(null),
                key.operation().orElse(null),
                key.tagValue().orElse(null),
                currency,
                Decimals.of(amount.costNanos()),
                Decimals.of(amount.adjustedNanos()),
                Decimals.of(amount.totalNanos()),
                Decimals.of(amount.savedNanos()),
                counts.attempts(),
                counts.failed(),
                counts.cancelled(),
                counts.interrupted(),
                counts.cacheHits(),
                counts.unpriced(),
                counts.inputTokens(),
                counts.outputTokens(),
                counts.cacheReadInputTokens(),
                counts.reasoningOutputTokens(),
                millis(whole.map(Quantiles::p50)),
                millis(whole.map(Quantiles::p95)),
                millis(first.map(Quantiles::p50)),
                millis(first.map(Quantiles::p95)));
    }

    private static @Nullable Long millis(Optional<Duration> time) {
        return time.map(Duration::toMillis).orElse(null);
    }
}
