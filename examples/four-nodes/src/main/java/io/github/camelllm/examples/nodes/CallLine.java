package io.github.camelllm.examples.nodes;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.catalog.Cost;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What a node tells of one attempt, as one line of its output.
 *
 * @param waitedMillis how long the limits held it back
 * @param startedMillis since 1970
 * @param cost what the provider charged, 0 if that is unknown
 * @param saved what it would have charged if the answer had not been in the cache
 */
record CallLine(Kind kind, long waitedMillis, long startedMillis, BigDecimal cost, BigDecimal saved) {
    private static final String FIRST_WORD = "call";
    private static final int TOO_MANY_REQUESTS = 429;

    /** How it ended. */
    enum Kind {
        ANSWERED,
        FROM_CACHE,
        OVER_BUDGET,
        TOO_MANY_REQUESTS,
        FAILED
    }

    static CallLine of(CallRecord record) {
        return new CallLine(
                kind(record),
                record.waited().toMillis(),
                record.startedAt().toEpochMilli(),
                amount(record.cost()),
                amount(record.cacheHit().flatMap(CacheHit::saved)));
    }

    private static Kind kind(CallRecord record) {
        if (record.cacheHit().isPresent()) {
            return Kind.FROM_CACHE;
        } else if (record.outcome() == CallOutcome.SUCCEEDED) {
            return Kind.ANSWERED;
        } else if (record.errorType().filter("budget_exceeded"::equals).isPresent()) {
            return Kind.OVER_BUDGET;
        }
        return record.statusCode().orElse(0) == TOO_MANY_REQUESTS ? Kind.TOO_MANY_REQUESTS : Kind.FAILED;
    }

    private static BigDecimal amount(Optional<Cost> cost) {
        return cost.map(known -> known.total().amount()).orElse(BigDecimal.ZERO);
    }

    /** @return empty if the line tells something else, or was cut off by the end of the process */
    static Optional<CallLine> parse(String line) {
        String[] words = line.split(" ");
        if (words.length != 7 || !words[0].equals(FIRST_WORD) || !words[6].equals(".")) {
            return Optional.empty();
        }
        return Optional.of(new CallLine(
                Kind.valueOf(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                new BigDecimal(words[4]),
                new BigDecimal(words[5])));
    }

    /** What {@link #parse} reads. */
    @Override
    public String toString() {
        return String.join(
                " ",
                FIRST_WORD,
                kind.name(),
                Long.toString(waitedMillis),
                Long.toString(startedMillis),
                cost.toPlainString(),
                saved.toPlainString(),
                ".");
    }
}
