package io.github.camelllm.routes.ledger.pricing;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.routes.ledger.adjust.Adjustment;
import io.github.camelllm.routes.ledger.adjust.Adjustments;
import io.github.camelllm.routes.ledger.adjust.LedgerAttempt;
import io.github.camelllm.routes.ledger.adjust.LedgerAttempts;
import io.github.camelllm.routes.ledger.adjust.Transactions;
import io.github.camelllm.routes.ledger.reconcile.ReconciledDays;
import io.github.camelllm.routes.ledger.report.Period;
import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Prices the attempts of a period anew, by the usage that the ledger holds. It reads so many at a time and keeps only sums by
 * day and model, so that the length of the period does not matter. Thread-safe.
 *
 * <p>A correction that was stopped half-way is simply started again: what is corrected already differs by nothing. What a
 * provider has said that it charged for an attempt ({@link LedgerAttempt#settled}) stays as it is, and so does what the
 * other prices do not know. So do days and models for which a provider's export was entered ({@link ReconciledDays}): their sums
 * have what the provider charged already.
 */
public final class Repricing {
    private static final int BATCH = 500;

    private final LlmDatabase database;
    private final Pricing pricing;
    private final Adjustments adjustments;

    /** @param pricing the prices to be used, such as the shipped ones with a corrected table on top */
    public Repricing(LlmDatabase database, Pricing pricing, Clock clock) {
        this.database = database;
        this.pricing = pricing;
        this.adjustments = new Adjustments(clock);
    }

    /**
     * Which attempts.
     *
     * @param tag name and value that an attempt must have
     */
    public record Selection(
            Period period, Optional<String> provider, Optional<String> model, Optional<Map.Entry<String, String>> tag) {
        public static Selection of(Period period) {
            return new Selection(period, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * What came out.
     *
     * @param rows sorted by day, provider, model and currency
     * @param posted how many adjustments were entered
     */
    public record Result(String priceBook, List<RepricedRow> rows, long posted) {
        public Result {
            rows = List.copyOf(rows);
        }
    }

    /** What they would cost. Nothing is written. */
    public Result whatIf(Selection selection) throws SQLException {
        return run(selection, Optional.empty());
    }

    /**
     * Enters an adjustment for each attempt that costs something else.
     *
     * @param actor who or what does it
     */
    public Result correct(Selection selection, String actor) throws SQLException {
        return run(selection, Optional.of(actor));
    }

    private Result run(Selection selection, Optional<String> actor) throws SQLException {
        LedgerAttempts.Filter filter = new LedgerAttempts.Filter(
                selection.period().from(), selection.period().to(), selection.provider(), selection.model(), true);
        Map<List<String>, RepricedRow> rows = new TreeMap<>(Repricing::compare);
        long posted = 0;
        Optional<LedgerAttempt> last = Optional.empty();
        while (true) {
            Optional<LedgerAttempt> after = last;
            Batch batch = Transactions.run(database, connection -> {
                List<LedgerAttempt> attempts = LedgerAttempts.next(connection, filter, after, BATCH, actor.isPresent());
                if (attempts.isEmpty()) {
                    return new Batch(attempts, List.of(), 0);
                }
                ReconciledDays days = ReconciledDays.read(
                        connection,
                        attempts.get(0).startedAt(),
                        attempts.get(attempts.size() - 1).startedAt());
                List<Repriced> repriced = attempts.stream()
                        .filter(attempt -> matches(attempt, selection.tag()))
                        .map(attempt -> reprice(attempt, actor, days.contain(attempt)))
                        .toList();
                List<Adjustment> wanted = new ArrayList<>();
                repriced.forEach(one -> wanted.addAll(one.adjustments));
                int entered = actor.isPresent() ? adjustments.post(connection, wanted) : 0;
                return new Batch(attempts, repriced, entered);
            });
            posted += batch.posted;
            batch.repriced.forEach(one -> one.rows.forEach(row -> rows.merge(key(row), row, RepricedRow::plus)));
            if (batch.attempts.size() < BATCH) {
                return new Result(pricing.book().version(), List.copyOf(rows.values()), posted);
            }
            last = Optional.of(batch.attempts.get(BATCH - 1));
        }
    }

    private record Batch(List<LedgerAttempt> attempts, List<Repriced> repriced, int posted) {}

    private record Repriced(List<RepricedRow> rows, List<Adjustment> adjustments) {}

    private static boolean matches(LedgerAttempt attempt, Optional<Map.Entry<String, String>> tag) {
        return tag.isEmpty()
                || tag.get().getValue().equals(attempt.tags().get(tag.get().getKey()));
    }

    private Repriced reprice(LedgerAttempt attempt, Optional<String> actor, boolean reconciled) {
        boolean stays = attempt.settled() || reconciled && actor.isPresent();
        Optional<Cost> cost = stays ? Optional.empty() : attempt.usage().flatMap(usage -> cost(attempt, usage));
        Map<String, Long> after = new TreeMap<>(attempt.nanos());
        if (cost.isPresent()) {
            after.replaceAll((currency, nanos) -> 0L);
            after.put(cost.get().total().currency(), cost.get().nanos());
        }
        List<RepricedRow> rows = new ArrayList<>();
        List<Adjustment> wanted = new ArrayList<>();
        String main = cost.map(known -> known.total().currency())
                .orElse(attempt.nanos().isEmpty() ? "" : attempt.nanos().firstKey());
        if (after.isEmpty()) {
            rows.add(row(attempt, "", true, 0, 0, cost.isPresent(), reconciled));
        }
        after.forEach((currency, nanos) -> {
            long before = attempt.nanos().getOrDefault(currency, 0L);
            boolean isMain = currency.equals(main);
            rows.add(row(attempt, currency, isMain, before, nanos, cost.isPresent(), reconciled));
            // An amount of nothing is entered too where it was unknown: nothing is not unknown
            if (nanos != before || isMain && cost.isPresent() && !attempt.known()) {
                wanted.add(adjustment(attempt, currency, nanos - before, isMain, actor.orElse("")));
            }
        });
        return new Repriced(rows, wanted);
    }

    private Adjustment adjustment(LedgerAttempt attempt, String currency, long delta, boolean isMain, String actor) {
        Adjustment adjustment = attempt.adjustment(
                pricing.book().version(),
                currency,
                delta,
                Optional.of(pricing.book().version()),
                "priced again",
                actor);
        return isMain ? adjustment : adjustment.withoutPricing();
    }

    private static RepricedRow row(
            LedgerAttempt attempt,
            String currency,
            boolean counts,
            long before,
            long after,
            boolean priced,
            boolean reconciled) {
        LocalDate day = LocalDate.ofInstant(attempt.startedAt(), ZoneOffset.UTC);
        return new RepricedRow(
                day,
                attempt.provider(),
                attempt.model(),
                currency,
                counts ? 1 : 0,
                before,
                after,
                counts && priced && !attempt.known() ? 1 : 0,
                counts && !priced && !attempt.known() ? 1 : 0,
                counts && attempt.settled() ? 1 : 0,
                counts && reconciled ? 1 : 0);
    }

    /** As an attempt is priced when it ends: by the model that answered, else by the one asked. */
    private Optional<Cost> cost(LedgerAttempt attempt, Usage usage) {
        return attempt.responseModel()
                .flatMap(model -> pricing.cost(usage, attempt.provider(), model, attempt.startedAt()))
                .or(() -> pricing.cost(usage, attempt.provider(), attempt.requestModel(), attempt.startedAt()));
    }

    private static List<String> key(RepricedRow row) {
        return List.of(row.day().toString(), row.provider(), row.model(), row.currency());
    }

    private static int compare(List<String> left, List<String> right) {
        for (int i = 0; i < left.size(); i++) {
            int compared = left.get(i).compareTo(right.get(i));
            if (compared != 0) {
                return compared;
            }
        }
        return 0;
    }
}
