package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.chat.Money;
import io.github.camelllm.routes.ledger.report.Decimals;
import io.github.camelllm.routes.ledger.report.LedgerHeaders;
import io.github.camelllm.routes.ledger.report.LedgerStep;
import io.github.camelllm.routes.ledger.report.ReportTable;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The step of the template {@code llm-reconcile}: compares the export in the body with the ledger. Set up once, then
 * thread-safe.
 */
public final class ReconcileReport extends LedgerStep {
    private String provider = "";
    private ExportFormat export = ExportFormat.CSV;
    private String columns = "";
    private String currency = "USD";
    private int decimals;
    private char delimiter = ',';
    private ModelNames models = ModelNames.parse("");
    private boolean post;
    private String exportId = "${header.CamelFileName}";
    private BigDecimal tolerance = BigDecimal.ZERO;
    private String actor = "llm-reconcile";

    /** @param provider id of the provider, as in {@code llm:ID/model} */
    public void setProvider(String provider) {
        this.provider = provider;
    }

    /** @param export openai, anthropic, openrouter, aws or csv */
    public void setExport(String export) {
        this.export = ExportFormat.named(export);
    }

    /** @param columns of the format csv, see {@link CsvColumns#parse} */
    public void setColumns(String columns) {
        this.columns = columns;
    }

    /** @param currency of amounts without a currency column, in the format csv */
    public void setCurrency(String currency) {
        this.currency = currency;
    }

    /** @param decimals how far the point of amounts is moved to the left in the format csv: 2 for cents */
    public void setDecimals(int decimals) {
        this.decimals = decimals;
    }

    /** @param delimiter one character, or {@code tab} */
    public void setDelimiter(String delimiter) {
        if (!delimiter.equals("tab") && delimiter.length() != 1) {
            throw new IllegalArgumentException(
                    "delimiter: expected one character or tab, but came '" + delimiter + "'");
        }
        this.delimiter = delimiter.equals("tab") ? '\t' : delimiter.charAt(0);
    }

    /** @param models the ledger's names of models by the provider's, such as {@code Claude4.5Sonnet=claude-sonnet-4-5} */
    public void setModels(String models) {
        this.models = ModelNames.parse(models);
    }

    /** @param post whether adjustments are entered */
    public void setPost(boolean post) {
        this.post = post;
    }

    /** @param exportId a simple expression that names the export: what one export says is entered once */
    public void setExportId(String exportId) {
        this.exportId = exportId;
    }

    /** @param tolerance smaller drifts of a day and model are not entered, in units of the currency */
    public void setTolerance(String tolerance) {
        this.tolerance = ExportValues.decimal(tolerance, "tolerance");
        if (this.tolerance.signum() < 0) {
            throw new IllegalArgumentException("tolerance: expected 0 or more but came " + tolerance);
        }
    }

    /** @param actor named in the entries */
    public void setActor(String actor) {
        this.actor = actor;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        String ofProvider = given(exchange, provider)
                .orElseThrow(() -> new IllegalArgumentException("provider: expected the id of a provider"));
        Optional<String> id = given(exchange, exportId);
        if (post && id.isEmpty()) {
            throw new IllegalArgumentException("exportId: '" + exportId + "' names nothing for this message, but an"
                    + " export needs a name for its amounts to be entered once");
        }
        ReconcileSettings settings = new ReconcileSettings(
                ofProvider,
                models,
                post ? id : Optional.empty(),
                new Money(tolerance, currency).nanos(),
                text(exchange, actor));
        Reconciled result;
        try (Reader text = open(exchange)) {
            result = new Reconciliation(database(exchange), clock())
                    .reconcile(text, export, CsvColumns.parse(columns, currency, decimals, delimiter), settings);
        }
        exchange.getMessage().setHeader(LedgerHeaders.DRIFT, Decimals.text(result.drift()));
        exchange.getMessage().setHeader(LedgerHeaders.DRIFT_ROWS, result.drifting());
        exchange.getMessage().setHeader(LedgerHeaders.POSTED, result.posted());
        exchange.getMessage().setHeader(LedgerHeaders.MATCHED, result.matched());
        exchange.getMessage().setHeader(LedgerHeaders.UNMATCHED, result.unmatched());
        exchange.getMessage().setHeader(LedgerHeaders.CONFLICTS, result.conflicts());
        write(exchange, table(ofProvider, result));
    }

    private static Reader open(Exchange exchange) throws Exception {
        return exchange.getMessage().getBody() instanceof String text
                ? new StringReader(text)
                : new InputStreamReader(
                        exchange.getMessage().getMandatoryBody(InputStream.class), StandardCharsets.UTF_8);
    }

    private static ReportTable table(String provider, Reconciled result) {
        ReportTable table = new ReportTable(
                "day",
                "provider",
                "model",
                "currency",
                "status",
                "providerCost",
                "ledgerCost",
                "drift",
                "entered",
                "providerInputTokens",
                "ledgerInputTokens",
                "providerOutputTokens",
                "ledgerOutputTokens",
                "providerRequests",
                "ledgerAttempts");
        for (DriftRow row : result.rows()) {
            table.add(
                    row.day().toString(),
                    provider,
                    row.model(),
                    row.currency(),
                    row.status().name(),
                    amount(row.providerNanos()),
                    Decimals.of(row.ledgerNanos()),
                    amount(row.driftNanos()),
                    Decimals.of(row.adjustedNanos()),
                    count(row.providerInputTokens()),
                    row.ledgerInputTokens(),
                    count(row.providerOutputTokens()),
                    row.ledgerOutputTokens(),
                    count(row.providerRequests()),
                    row.ledgerAttempts());
        }
        return table;
    }

    private static @Nullable BigDecimal amount(OptionalLong nanos) {
        return nanos.isPresent() ? Decimals.of(nanos.getAsLong()) : null;
    }

    private static @Nullable Long count(OptionalLong count) {
        return count.isPresent() ? count.getAsLong() : null;
    }
}
