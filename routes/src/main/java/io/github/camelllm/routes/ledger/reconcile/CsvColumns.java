package io.github.camelllm.routes.ledger.reconcile;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which columns of a CSV mean what.
 *
 * @param names column by meaning: {@code day}, {@code model}, {@code cost}, {@code currency}, {@code inputTokens},
 *     {@code outputTokens}, {@code requests}, {@code requestId}, {@code attemptId}
 * @param currency of amounts without a currency column
 * @param decimals how far the point of an amount is moved to the left: 2 for amounts in cents
 */
public record CsvColumns(Map<String, String> names, String currency, int decimals, char delimiter) {
    private static final Set<String> MEANINGS = new TreeSet<>(Set.of(
            "day", "model", "cost", "currency", "inputTokens", "outputTokens", "requests", "requestId", "attemptId"));

    public CsvColumns {
        names = Map.copyOf(names);
    }

    /** Of formats whose columns are known. */
    public static CsvColumns none() {
        return new CsvColumns(Map.of(), "USD", 0, ',');
    }

    /**
     * Reads {@code day=Date,cost=Amount}.
     *
     * @throws IllegalArgumentException if something else stands there
     */
    public static CsvColumns parse(String text, String currency, int decimals, char delimiter) {
        Map<String, String> names = new TreeMap<>();
        for (String pair : text.isBlank() ? new String[0] : text.split(",")) {
            int equals = pair.indexOf('=');
            String meaning =
                    equals < 0 ? pair.strip() : pair.substring(0, equals).strip();
            if (equals < 0 || !MEANINGS.contains(meaning)) {
                throw new IllegalArgumentException("columns: expected pairs such as day=Date with " + MEANINGS
                        + ", but came '" + pair.strip() + "'");
            }
            names.put(meaning, pair.substring(equals + 1).strip());
        }
        return new CsvColumns(names, ExportValues.currency(currency, "currency"), decimals, delimiter);
    }

    Optional<String> of(String meaning) {
        return Optional.ofNullable(names.get(meaning));
    }
}
