package io.github.camelllm.limit;

import io.github.camelllm.call.Admission;
import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.Permit;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.ProviderDescriptor.Limits;
import io.github.camelllm.chat.LlmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Holds attempts back so that no limit is passed. An attempt takes one request and the tokens that it probably needs from the
 * account of each limit that is for it: all or nothing. If that is not there yet, it waits in the order it came (see
 * {@link Priority}), unless its turn would come too late: then it is refused at once. What it did not use is given back when
 * it is over, and what it used beyond is taken then. Thread-safe.
 */
public final class RateLimits implements Admission<Permit>, AutoCloseable {
    private static final int MOST_ACCOUNTS = 10_000;
    private static final Duration LONGEST = Duration.ofDays(1);

    private final Supplier<LimitDefinitions> definitions;
    private final Function<String, Limits> stated;
    private final Timer timer;
    private final LimitStore store;
    private final Clock clock;
    private final LimitSettings settings;
    private final Turnstile turnstile;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, Account> accounts = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param definitions those in force; asked for each attempt
     * @param stated what a provider states for everyone, by its id
     */
    public RateLimits(
            Supplier<LimitDefinitions> definitions,
            Function<String, Limits> stated,
            LimitStore store,
            Timer timer,
            Clock clock,
            LimitSettings settings) {
        this.definitions = definitions;
        this.stated = stated;
        this.timer = timer;
        this.store = store;
        this.clock = clock;
        this.settings = settings;
        this.turnstile = new Turnstile(store, timer, clock, settings);
    }

    @Override
    public CompletableFuture<Permit> admit(Attempt attempt) {
        List<Account> own = accountsOf(attempt);
        if (own.isEmpty()) {
            return CompletableFuture.completedFuture(Permit.FREE);
        }
        Waiter waiter = waiter(attempt, own);
        for (Account account : own) {
            for (Rate rate : account.rates) {
                long amount = waiter.amountOf(account, rate);
                if (amount > rate.amount()) {
                    LlmException refusal = Refusals.tooLarge(attempt, account, rate, amount);
                    return CompletableFuture.failedFuture(refusal);
                }
            }
        }
        Optional<Permit> permit = turnstile.passAtOnce(waiter);
        if (permit.isPresent()) {
            return CompletableFuture.completedFuture(permit.get());
        }
        turnstile.enqueue(waiter);
        return waiter.future;
    }

    private List<Account> accountsOf(Attempt attempt) {
        List<LimitDefinition> candidates = definitions.get().candidates(attempt.tags());
        List<Account> own = new ArrayList<>(candidates.size());
        turnstile.locked(() -> {
            for (LimitDefinition definition : candidates) {
                definition
                        .scope()
                        .accountOf(attempt)
                        .ifPresent(account -> own.add(account(definition, account, attempt)));
            }
        });
        return own;
    }

    private Waiter waiter(Attempt attempt, List<Account> own) {
        long now = timer.nanoTime();
        long input = 0;
        long output = 0;
        boolean countsTokens = false;
        for (Account account : own) {
            countsTokens |= account.definition.learn()
                    || account.rates.stream().anyMatch(rate -> rate.unit() != LimitUnit.REQUESTS);
            output = Math.max(output, account.outputOf(attempt.size()));
        }
        if (countsTokens) {
            input = attempt.size().estimatedInputTokens();
        }
        long mostWait = attempt.deadline()
                .remaining(timer)
                .map(left -> left.compareTo(LONGEST) < 0 ? left : LONGEST)
                .orElse(LONGEST)
                .toNanos();
        return new Waiter(
                attempt,
                own,
                new LearnedLimits.Size(input, output),
                now - Priority.headStartNanos(attempt.tags()),
                numbers.getAndIncrement(),
                now,
                mostWait);
    }

    /** Beyond ten thousand, accounts that nobody waits for are forgotten: what they have used is in the store. */
    private Account account(LimitDefinition definition, String of, Attempt attempt) {
        String name = of.isEmpty() ? definition.name() : definition.name() + "/" + of;
        Account known = accounts.get(name);
        if (known != null && (known.definition == definition || known.definition.equals(definition))) {
            return known;
        }
        Account account = newAccount(definition, name, attempt.provider());
        accounts.put(name, account);
        Iterator<Account> eldest = accounts.values().iterator();
        for (int i = 0; i < 10 && accounts.size() > MOST_ACCOUNTS && eldest.hasNext(); i++) {
            if (eldest.next().isIdle()) {
                eldest.remove();
            }
        }
        return account;
    }

    private Account newAccount(LimitDefinition definition, String name, String provider) {
        List<Rate> rates = new ArrayList<>(definition.rates());
        OptionalLong places = definition.maxConcurrent();
        if (definition.fromProvider()) {
            Limits limits = stated.apply(provider);
            limits.requestsPerMinute().ifPresent(most -> addIfAbsent(rates, LimitUnit.REQUESTS, most));
            limits.tokensPerMinute().ifPresent(most -> addIfAbsent(rates, LimitUnit.TOKENS, most));
            if (places.isEmpty() && limits.maxConcurrentRequests().isPresent()) {
                places = OptionalLong.of(limits.maxConcurrentRequests().getAsInt());
            }
        }
        return new Account(definition, name, rates, places);
    }

    private static void addIfAbsent(List<Rate> rates, LimitUnit unit, long amount) {
        if (amount > 0
                && rates.stream().noneMatch(rate -> rate.unit() == unit && rate.period() == Rate.Period.MINUTE)) {
            rates.add(new Rate(unit, amount, Rate.Period.MINUTE));
        }
    }

    /** How many attempts wait now, by account; only accounts that some wait for. */
    public Map<String, Integer> waiting() {
        Map<String, Integer> waiting = new LinkedHashMap<>();
        turnstile.locked(() -> accounts.forEach((name, account) -> {
            if (!account.queue.isEmpty()) {
                waiting.put(name, account.queue.size());
            }
        }));
        return waiting;
    }

    /**
     * What is left of the limits in force that attempts of this process have used.
     *
     * @param mostAccounts of more than these, those that were used last
     */
    public List<LimitLevel> levels(int mostAccounts) {
        LimitDefinitions now = definitions.get();
        Instant at = clock.instant();
        Map<Map.Entry<Account, Rate>, LimitBucket> buckets = new LinkedHashMap<>();
        turnstile.locked(() -> {
            List<Account> known = accounts.values().stream()
                    .filter(account -> now.find(account.definition.name())
                            .filter(account.definition::equals)
                            .isPresent())
                    .toList();
            for (Account account : known.subList(Math.max(0, known.size() - mostAccounts), known.size())) {
                account.rates.forEach(
                        rate -> buckets.put(Map.entry(account, rate), account.bucket(rate, settings, at)));
            }
        });
        List<LimitLevel> levels = new ArrayList<>();
        buckets.forEach((of, bucket) ->
                levels.add(new LimitLevel(of.getKey().name, of.getValue(), bucket.capacity(), store.level(bucket))));
        return levels;
    }

    /** Targets, as {@code provider/model}, of which their provider has said that nothing is left for now. */
    public List<String> heldByProvider() {
        return turnstile.held();
    }

    /** Refuses all who wait. The store is closed by whoever made it. */
    @Override
    public void close() {
        List<Account> all = new ArrayList<>();
        turnstile.locked(() -> all.addAll(accounts.values()));
        all.forEach(turnstile::stop);
    }

    public LimitStore store() {
        return store;
    }
}
