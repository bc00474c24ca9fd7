package io.github.camelllm.routes.enrichment;

import java.util.Locale;
import java.util.Map;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * Merges a model's JSON answer into the record, field by field. The record is a {@code Map} or a JSON object (text, bytes,
 * file, tree) and stays what it is. Ask with {@code jsonSchema}, so that the answer is a JSON object that was checked. The
 * headers that tell what the call cost are copied. Thread-safe.
 *
 * <p>For {@code enrich}. If it fails, the record is as it was.
 */
public final class MergeJson implements AggregationStrategy {
    /** What happens to a field that the record has and the answer brings. */
    public enum Clash {
        /** The record's value stays. */
        KEEP,
        /** The answer's value replaces it. */
        OVERWRITE,
        /** The message fails, unless both values are equal. */
        FAIL
    }

    private final Clash clash;

    /** @param clash {@code keep}, {@code overwrite} or {@code fail} */
    public MergeJson(String clash) {
        this.clash = clash(clash);
    }

    private static Clash clash(String name) {
        for (Clash clash : Clash.values()) {
            if (clash.name().equals(name.toUpperCase(Locale.ROOT))) {
                return clash;
            }
        }
        throw new IllegalArgumentException("MergeJson: expected keep, overwrite or fail, got " + name);
    }

    @Override
    public Exchange aggregate(Exchange record, Exchange answer) {
        Map<String, Object> more = JsonRecord.read("MergeJson", "the answer", Answer.text("MergeJson", answer));
        JsonRecord.change(
                "MergeJson",
                record.getMessage(),
                fields -> more.forEach((name, value) -> {
                    if (clash == Clash.OVERWRITE || !fields.containsKey(name)) {
                        fields.put(name, value);
                    } else if (clash == Clash.FAIL && !sameAs(fields.get(name), value)) {
                        throw new IllegalArgumentException(
                                "MergeJson: expected no field of the answer to change the record, got another value for "
                                        + name);
                    }
                }));
        Answer.copyHeaders(answer, record.getMessage());
        return record;
    }

    /** Numbers may be of different classes. */
    private static boolean sameAs(Object one, Object other) {
        return String.valueOf(one).equals(String.valueOf(other));
    }
}
