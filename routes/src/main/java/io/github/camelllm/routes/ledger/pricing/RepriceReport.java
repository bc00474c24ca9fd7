package io.github.camelllm.routes.ledger.pricing;

import io.github.camelllm.catalog.ModelTable;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.ledger.report.Decimals;
import io.github.camelllm.routes.ledger.report.LedgerHeaders;
import io.github.camelllm.routes.ledger.report.LedgerStep;
import io.github.camelllm.routes.ledger.report.ReportTable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.ResourceHelper;

/**
 * The step of the template {@code llm-reprice}: what a period costs by other prices, and the correction of it. Set up once, then
 * thread-safe.
 */
public final class RepriceReport extends LedgerStep {
    private String prices = "";
    private boolean post;
    private String provider = "";
    private String model = "";
    private String tag = "";
    private String tagValue = "";
    private String actor = "llm-reprice";

    /** @param prices CSV with prices that win over those of the component; empty to take these as they are now */
    public void setPrices(String prices) {
        this.prices = prices;
    }

    /** @param post whether adjustments are entered; without, nothing is written */
    public void setPost(boolean post) {
        this.post = post;
    }

    public void setProvider(String provider) {
        this.provider = provider;
    }

    /** @param model as it was asked for */
    public void setModel(String model) {
        this.model = model;
    }

    public void setTag(String tag) {
        this.tag = tag;
    }

    public void setTagValue(String tagValue) {
        this.tagValue = tagValue;
    }

    /** @param actor named in the entries */
    public void setActor(String actor) {
        this.actor = actor;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Optional<String> name = given(exchange, tag);
        Optional<String> value = given(exchange, tagValue);
        if (name.isPresent() != value.isPresent()) {
            throw new IllegalArgumentException("tag and tagValue: expected both or none");
        }
        Repricing.Selection selection = new Repricing.Selection(
                period(exchange),
                given(exchange, provider),
                given(exchange, model),
                name.map(key -> Map.entry(key, value.orElseThrow())));
        Repricing repricing = new Repricing(database(exchange), pricing(exchange), clock());
        Repricing.Result result =
                post ? repricing.correct(selection, text(exchange, actor)) : repricing.whatIf(selection);
        ReportTable table = new ReportTable(
                "day",
                "provider",
                "model",
                "currency",
                "attempts",
                "oldCost",
                "newCost",
                "difference",
                "newlyPriced",
                "unpriced",
                "settled",
                "reconciled");
        SortedMap<String, Long> totals = new TreeMap<>();
        for (RepricedRow row : result.rows()) {
            totals.merge(row.currency(), row.newNanos(), Math::addExact);
            table.add(
                    row.day().toString(),
                    row.provider(),
                    row.model(),
                    row.currency(),
                    row.attempts(),
                    Decimals.of(row.oldNanos()),
                    Decimals.of(row.newNanos()),
                    Decimals.of(row.deltaNanos()),
                    row.newlyPriced(),
                    row.unpriced(),
                    row.settled(),
                    row.reconciled());
        }
        exchange.getMessage().setHeader(LedgerHeaders.TOTAL, Decimals.text(totals));
        exchange.getMessage().setHeader(LedgerHeaders.POSTED, result.posted());
        exchange.getMessage().setHeader(LedgerHeaders.PRICE_BOOK, result.priceBook());
        write(exchange, table);
    }

    private Pricing pricing(Exchange exchange) throws IOException {
        CamelContext context = exchange.getContext();
        Pricing pricing =
                context.hasComponent("llm") instanceof LlmComponent component ? component.pricing() : Pricing.builtIn();
        Optional<String> location = given(exchange, prices);
        if (location.isEmpty()) {
            return pricing;
        }
        try (Reader text = new InputStreamReader(
                ResourceHelper.resolveMandatoryResourceAsInputStream(context, location.get()),
                StandardCharsets.UTF_8)) {
            return pricing.with(ModelTable.ofCsv(location.get(), text));
        }
    }
}
