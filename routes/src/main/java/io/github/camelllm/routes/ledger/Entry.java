package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A row of {@code llm_entry}: an amount that moves between what is available, reserved and spent. The three sum to zero.
 *
 * @param id of the attempt
 */
record Entry(
        UUID id,
        Kind kind,
        Instant at,
        String provider,
        String model,
        String currency,
        long available,
        long reserved,
        long spent,
        Optional<String> priceBook,
        Optional<String> reason) {
    /** ISO 4217 for no currency: nothing is known of the amount. */
    static final String NO_CURRENCY = "XXX";

    enum Kind {
        RESERVE,
        SETTLE,
        RELEASE
    }

    /** Nothing if it is not known what an attempt can cost at most. */
    static Optional<Entry> of(Reserved value) {
        return value.most()
                .map(most -> new Entry(
                        value.id(),
                        Kind.RESERVE,
                        value.at(),
                        value.provider(),
                        value.model(),
                        most.currency(),
                        -most.nanos(),
                        most.nanos(),
                        0,
                        Optional.empty(),
                        Optional.empty()));
    }

    /**
     * What ends a reservation. An unknown cost spends nothing here, because unknown is neither zero nor the worst: the attempt's
     * row says so by its empty cost. Budgets are charged apart.
     */
    static List<Entry> of(Settled value) {
        AttemptRow row = value.row();
        List<Entry> entries = new ArrayList<>(1);
        if (!row.billable()) {
            value.reserved().ifPresent(held -> entries.add(release(value, held)));
            return entries;
        }
        Optional<Amount> cost = row.costAmount();
        Optional<String> priceBook = row.cost().map(BookedCost::priceBook);
        Optional<String> reason = Optional.of(row.outcome() == CallOutcome.INTERRUPTED ? "interrupted" : "cost unknown")
                .filter(text -> cost.isEmpty());
        String currency = cost.or(value::reserved).map(Amount::currency).orElse(NO_CURRENCY);
        long spent = cost.map(Amount::nanos).orElse(0L);
        long held = 0;
        if (value.reserved().isPresent()) {
            if (value.reserved().get().currency().equals(currency)) {
                held = value.reserved().get().nanos();
            } else {
                // What was set aside and what it cost have no difference
                entries.add(release(value, value.reserved().get()));
            }
        }
        entries.add(new Entry(
                row.id(),
                Kind.SETTLE,
                value.at(),
                row.provider(),
                row.requestModel(),
                currency,
                Math.subtractExact(held, spent),
                -held,
                spent,
                priceBook,
                reason));
        return entries;
    }

    private static Entry release(Settled value, Amount held) {
        AttemptRow row = value.row();
        return new Entry(
                row.id(),
                Kind.RELEASE,
                value.at(),
                row.provider(),
                row.requestModel(),
                held.currency(),
                held.nanos(),
                -held.nanos(),
                0,
                Optional.empty(),
                row.errorType());
    }
}
