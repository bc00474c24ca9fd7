package io.github.camelllm.routes.ledger.report;

/** Names of the headers that the templates of the ledger set. They cross JMS and Kafka. */
public final class LedgerHeaders {
    /** What a report is about, as begin and end in UTC with a slash between them (String). */
    public static final String PERIOD = "LlmReportPeriod";

    /** How many rows a report has (Integer). */
    public static final String ROWS = "LlmReportRows";

    /** The whole cost, such as {@code 12.5 EUR, 830.21 USD} (String). */
    public static final String TOTAL = "LlmReportTotal";

    /** How many adjustments were entered (Long). */
    public static final String POSTED = "LlmPosted";

    /** What a provider charged beyond what the ledger knew, such as {@code -0.25 USD}; empty if nothing (String). */
    public static final String DRIFT = "LlmDrift";

    /** How many days and models are no match (Long). */
    public static final String DRIFT_ROWS = "LlmDriftRows";

    /** Lines of an export about single requests that the ledger has (Long). */
    public static final String MATCHED = "LlmMatched";

    /** Lines of an export about single requests that the ledger has not, or has several of (Long). */
    public static final String UNMATCHED = "LlmUnmatched";

    /** Lines of an export that say another amount than the same export said before (Long). */
    public static final String CONFLICTS = "LlmConflicts";

    /** The version of the price book that was used (String). */
    public static final String PRICE_BOOK = "LlmPriceBook";

    private LedgerHeaders() {}
}
