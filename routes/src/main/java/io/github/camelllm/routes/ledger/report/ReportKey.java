package io.github.camelllm.routes.ledger.report;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * What a row of a report is about. A part is empty if the report is not cut by it. Sorts by its parts, in this order.
 *
 * @param begin when the piece of time begins
 * @param tagValue value of the tag that the report is cut by
 */
public record ReportKey(
        Optional<Instant> begin,
        Optional<String> provider,
        Optional<String> model,
        Optional<String> operation,
        Optional<String> tagValue)
        implements Comparable<ReportKey> {
    private static final Comparator<ReportKey> ORDER = Comparator.comparing(
                    (ReportKey key) -> key.begin.orElse(Instant.MIN))
            .thenComparing(key -> key.provider.orElse(""))
            .thenComparing(key -> key.model.orElse(""))
            .thenComparing(key -> key.operation.orElse(""))
            .thenComparing(key -> key.tagValue.orElse(""));

    @Override
    public int compareTo(ReportKey other) {
        return ORDER.compare(this, other);
    }
}
