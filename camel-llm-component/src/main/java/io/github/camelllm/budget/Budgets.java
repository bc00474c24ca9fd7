package io.github.camelllm.budget;

import io.github.camelllm.budget.BudgetDefinition.UnknownCost;
import io.github.camelllm.budget.BudgetDefinition.WhenExceeded;
import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStore.Expired;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.call.Admission;
import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Guards;
import io.github.camelllm.call.Guards.BudgetPermit;
import io.github.camelllm.call.Hold;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.Money;
import io.github.camelllm.transport.Credentials;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the most that an attempt can cost aside in every budget that it falls into, before it is sent, and the cost itself in
 * its place once it ended. All hard budgets must have room; a budget of a team and one of a user hold together. Thread-safe.
 */
public final class Budgets implements Admission<BudgetPermit> {
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);

    private final BudgetStore store;
    private final Supplier<Pricing> pricing;
    private final Timer timer;
    private final Clock clock;
    private final SeenBalances seen;
    private final Throttle throttle;
    private volatile BudgetDefinitions definitions;

    /** @param events gets what is worth telling; must return quickly */
    public Budgets(
            BudgetDefinitions definitions,
            BudgetStore store,
            Supplier<Pricing> pricing,
            Timer timer,
            Clock clock,
            Consumer<BudgetEvent> events) {
        this.definitions = definitions;
        this.store = store;
        this.pricing = pricing;
        this.timer = timer;
        this.clock = clock;
        this.seen = new SeenBalances(clock, events);
        this.throttle = new Throttle(timer);
        store.whenExpired(this::expired);
    }

    /** No attempt of a living process has charged these amounts, so that nobody else tells what is reached by them. */
    private void expired(List<Expired> amounts) {
        Map<String, List<Expired>> byAccount = amounts.stream().collect(Collectors.groupingBy(Expired::account));
        List<Share> shares = shares(byAccount.keySet(), clock.instant());
        balances(shares).whenComplete((balances, error) -> {
            if (error != null) {
                LOG.warn("Nobody is told which budgets are reached by amounts of a dead process: {}", error.toString());
                return;
            }
            for (int i = 0; i < shares.size(); i++) {
                Share share = shares.get(i);
                long from = share.budget().window().from(share.now());
                long charged = byAccount.getOrDefault(share.accountName(), List.of()).stream()
                        .filter(amount -> amount.period() >= from)
                        .mapToLong(Expired::nanos)
                        .sum();
                seen.settled(share, balances.get(i), charged);
            }
        });
    }

    /**
     * Replaces all definitions. Amounts stay with their budget and window: of a budget whose window changes, nothing counts as
     * spent.
     *
     * @throws CatalogException if the currency of a budget changes, in which its amounts are kept; nothing changes then
     */
    public void define(BudgetDefinitions changed) {
        changed.checkCurrencies(definitions);
        List<BudgetDefinition> anew = changed.withOtherWindows(definitions);
        definitions = changed;
        anew.forEach(budget -> LOG.warn(
                "Budget {} has another window or time zone than before, in which nothing is spent yet: {}",
                budget.name(),
                budget));
    }

    public BudgetDefinitions definitions() {
        return definitions;
    }

    /**
     * Takes over what was spent before this process began, as a ledger tells it. For stores in memory.
     *
     * @throws CatalogException if what counts of it is in another currency than the budget's
     */
    public static void restore(
            MemoryBudgetStore store, BudgetDefinitions definitions, List<CallLedger.Spent> spent, Instant now) {
        for (CallLedger.Spent part : spent) {
            String name = part.account().split("/", 2)[0];
            Optional<BudgetDefinition> budget = definitions.find(name);
            if (budget.isPresent() && part.period() >= budget.get().window().from(now)) {
                budget.get().checkKeptIn(part.currency());
                Instant forgetAfter = budget.get()
                        .window()
                        .forgetAfter(part.period() == 0 ? now : Instant.ofEpochSecond(part.period()));
                store.restore(part.account(), part.period(), part.nanos(), forgetAfter);
            }
        }
    }

    @Override
    public CompletableFuture<BudgetPermit> admit(Attempt attempt) {
        if (attempt.target().credentials() instanceof Credentials.OfCaller key && !key.inBudgets()) {
            return CompletableFuture.completedFuture(BudgetPermit.FREE);
        }
        List<Share> shares =
                shares(attempt.provider(), attempt.model(), attempt.operation(), attempt.tags(), clock.instant());
        if (shares.isEmpty()) {
            return CompletableFuture.completedFuture(BudgetPermit.FREE);
        }
        try {
            return admit(attempt, shares, false);
        } catch (LlmException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private List<Share> shares(
            String provider, String model, Operation operation, Map<String, String> tags, Instant now) {
        List<Share> shares = new ArrayList<>(2);
        for (BudgetDefinition budget : definitions.candidates(tags)) {
            budget.scope()
                    .accountOf(provider, model, operation, tags)
                    .ifPresent(account -> shares.add(new Share(budget, account, now)));
        }
        return shares;
    }

    /** @param exactly whether the input is counted as closely as can be, which takes longer */
    private CompletableFuture<BudgetPermit> admit(Attempt attempt, List<Share> shares, boolean exactly) {
        Optional<Money> most = Guards.most(attempt, pricing.get(), exactly);
        List<Claim> claims = new ArrayList<>(shares.size());
        List<Share> claimed = new ArrayList<>(shares.size());
        for (Share share : shares) {
            OptionalLong nanos = claimed(most, share.budget());
            if (nanos.isEmpty() && share.budget().hard() && share.budget().unknownCost() == UnknownCost.REFUSE) {
                throw Refusals.unknownCost(attempt, share, most);
            }
            if (share.budget().window() instanceof BudgetWindow.Call) {
                if (nanos.isPresent() && nanos.getAsLong() > share.limitNanos()) {
                    if (!exactly && attempt.size().exactInputTokens().isPresent()) {
                        return admit(attempt, shares, true);
                    }
                    throw Refusals.exceeded(attempt, share, new Balance(share.accountName(), 0, 0), most);
                }
            } else {
                claims.add(share.claim(nanos.orElse(0)));
                claimed.add(share);
            }
        }
        if (claims.isEmpty()) {
            return CompletableFuture.completedFuture(BudgetPermit.FREE);
        }
        CompletableFuture<BudgetPermit> result = new CompletableFuture<>();
        store.reserve(attempt.id(), claims)
                .whenComplete((decision, error) ->
                        decided(new Asked(attempt, shares, claimed, claims, most, exactly), decision, error, result));
        return result;
    }

    /** @return empty if the attempt can cost an unknown amount, or for a hard budget one that is too large to be kept */
    private static OptionalLong claimed(Optional<Money> most, BudgetDefinition budget) {
        if (most.isEmpty()) {
            return OptionalLong.empty();
        }
        return budget.hard() ? Amounts.upward(most.get(), budget) : Amounts.upwardOrMost(most.get(), budget);
    }

    /** One question to the store. */
    private record Asked(
            Attempt attempt,
            List<Share> shares,
            List<Share> claimed,
            List<Claim> claims,
            Optional<Money> most,
            boolean exactly) {}

    private void decided(Asked asked, Decision decision, Throwable error, CompletableFuture<BudgetPermit> result) {
        if (error != null) {
            storeFailed(asked, error, result);
        } else if (decision instanceof Decision.Refused refused) {
            refused(asked, refused, result);
        } else {
            Reserved permit = new Reserved(asked.attempt(), asked.claimed(), asked.claims(), asked.most());
            List<Balance> balances = ((Decision.Granted) decision).balances();
            Duration wait = Duration.ZERO;
            Share slowest = asked.claimed().get(0);
            for (int i = 0; i < balances.size(); i++) {
                Share share = asked.claimed().get(i);
                seen.reserved(share, balances.get(i));
                if (share.budget().whenExceeded() == WhenExceeded.THROTTLE
                        && wasSpent(share, balances.get(i), asked.claims().get(i))) {
                    Duration turn = throttle.nextTurn(share);
                    if (turn.compareTo(wait) > 0) {
                        wait = turn;
                        slowest = share;
                    }
                }
            }
            grant(permit, wait, slowest, result);
        }
    }

    /** @param slowest the share that makes it wait, if it must */
    private void grant(Reserved permit, Duration wait, Share slowest, CompletableFuture<BudgetPermit> result) {
        if (wait.isZero()) {
            complete(permit, result);
        } else if (!permit.attempt.deadline().allows(wait, timer) || wait.compareTo(Throttle.LONGEST_WAIT) > 0) {
            permit.giveBack();
            result.completeExceptionally(Refusals.throttled(permit.attempt, slowest, wait));
        } else {
            Runnable callOff = timer.schedule(wait, () -> complete(permit, result));
            result.whenComplete((done, error) -> {
                if (result.isCancelled()) {
                    callOff.run();
                    permit.giveBack();
                }
            });
        }
    }

    private static void complete(Reserved permit, CompletableFuture<BudgetPermit> result) {
        if (!result.complete(permit)) {
            permit.giveBack();
        }
    }

    private void refused(Asked asked, Decision.Refused refused, CompletableFuture<BudgetPermit> result) {
        if (!asked.exactly()) {
            // Its tokens may be far fewer than its bytes. Counting them takes a while, so not here.
            timer.schedule(Duration.ZERO, () -> countedCloser(asked, refused, result));
            return;
        }
        refuse(asked, refused, result);
    }

    private void countedCloser(Asked asked, Decision.Refused refused, CompletableFuture<BudgetPermit> result) {
        try {
            OptionalLong exact = asked.attempt().size().exactInputTokens();
            if (exact.isEmpty() || exact.getAsLong() >= asked.attempt().size().mostInputTokens()) {
                refuse(asked, refused, result);
                return;
            }
            admit(asked.attempt(), asked.shares(), true).whenComplete((permit, error) -> {
                if (error != null) {
                    result.completeExceptionally(error);
                } else if (!result.complete(permit) && permit instanceof Reserved reserved) {
                    reserved.giveBack();
                }
            });
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private void refuse(Asked asked, Decision.Refused refused, CompletableFuture<BudgetPermit> result) {
        Share share = asked.claimed().get(refused.claim());
        seen.refused(share, refused.balance());
        result.completeExceptionally(Refusals.exceeded(asked.attempt(), share, refused.balance(), asked.most()));
    }

    private void storeFailed(Asked asked, Throwable error, CompletableFuture<BudgetPermit> result) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (asked.claimed().stream().noneMatch(share -> share.budget().hard())) {
            LOG.warn("Soft budgets are not counted: {}", cause.toString());
            result.complete(BudgetPermit.FREE);
            return;
        }
        Attempt attempt = asked.attempt();
        result.completeExceptionally(new LlmUnavailableException(
                attempt.target() + ": hard budgets cannot be asked, so nothing is sent (" + store.kind() + ": "
                        + cause.getMessage() + ")",
                ErrorDetails.local(attempt.provider(), attempt.model(), "budget_store_unavailable", true),
                cause));
    }

    /** Whether all was spent or set aside before this claim. */
    private static boolean wasSpent(Share share, Balance balance, Claim claim) {
        return balance.spentNanos() + balance.reservedNanos() - claim.hold().nanos() >= share.limitNanos();
    }

    /**
     * What is to be asked in place of a model, because a soft budget is spent that says so; empty if nothing is. By what
     * this process knows of the budget.
     *
     * @return provider and model, or router
     */
    public Optional<String> downgrade(String provider, String model, Operation operation, Map<String, String> tags) {
        for (BudgetDefinition budget : definitions.candidates(tags)) {
            if (budget.whenExceeded() == WhenExceeded.DOWNGRADE) {
                Optional<String> account = budget.scope().accountOf(provider, model, operation, tags);
                if (account.isPresent() && seen.isSpent(new Share(budget, account.get(), clock.instant()))) {
                    return budget.downgradeTo();
                }
            }
        }
        return Optional.empty();
    }

    /** How the accounts that this process used lately are doing. */
    public List<BudgetState> states() {
        return seen.states();
    }

    /**
     * How accounts are doing by what the store holds, so with what other nodes have spent. Names that belong to no budget are
     * left out, and so are budgets of single calls, which have no account. Fails as the store does.
     *
     * @param accountNames as {@link BudgetDefinition#accountName} makes them
     */
    public CompletableFuture<List<BudgetState>> states(Collection<String> accountNames) {
        Instant now = clock.instant();
        List<Share> shares = shares(accountNames, now);
        return balances(shares).thenApply(balances -> {
            List<BudgetState> states = new ArrayList<>(balances.size());
            for (int i = 0; i < balances.size(); i++) {
                states.add(shares.get(i).state(balances.get(i), now));
            }
            return states;
        });
    }

    /** Those of the accounts that budgets have now. */
    private List<Share> shares(Collection<String> accountNames, Instant now) {
        List<Share> shares = new ArrayList<>(accountNames.size());
        for (String name : accountNames) {
            String[] parts = name.split("/", 2);
            definitions
                    .find(parts[0])
                    .filter(budget -> !(budget.window() instanceof BudgetWindow.Call))
                    .ifPresent(budget -> shares.add(new Share(budget, parts.length < 2 ? "" : parts[1], now)));
        }
        return shares;
    }

    private CompletableFuture<List<Balance>> balances(List<Share> shares) {
        return store.balances(
                shares.stream().map(share -> share.claim(0).window()).toList());
    }

    /** What was set aside for one attempt. */
    private final class Reserved implements BudgetPermit {
        private final Attempt attempt;
        private final List<Share> shares;
        private final List<Claim> claims;
        private final Optional<Money> most;
        private volatile @Nullable List<CallLedger.Charge> charges;

        Reserved(Attempt attempt, List<Share> shares, List<Claim> claims, Optional<Money> most) {
            this.attempt = attempt;
            this.shares = shares;
            this.claims = claims;
            this.most = most;
        }

        @Override
        public Optional<Money> most() {
            return most;
        }

        @Override
        public List<Hold> holds() {
            List<Hold> holds = new ArrayList<>(claims.size());
            for (Claim claim : claims) {
                holds.add(claim.hold());
            }
            return holds;
        }

        @Override
        public List<CallLedger.Charge> charges(CallRecord record) {
            // Asked for twice at the end: by the ledger and for the store
            List<CallLedger.Charge> known = charges;
            if (known != null) {
                return known;
            }
            List<CallLedger.Charge> reckoned = new ArrayList<>(claims.size());
            for (int i = 0; i < claims.size(); i++) {
                Hold hold = claims.get(i).hold();
                reckoned.add(new CallLedger.Charge(hold, hold.charge(record, cost(record, shares.get(i)))));
            }
            charges = reckoned;
            return reckoned;
        }

        private OptionalLong cost(CallRecord record, Share share) {
            return record.cost().isPresent()
                    ? Amounts.nearest(record.cost().get().total(), share.budget())
                    : OptionalLong.empty();
        }

        /** The attempt is not sent after all. */
        void giveBack() {
            List<CallLedger.Charge> nothing = new ArrayList<>(claims.size());
            claims.forEach(claim -> nothing.add(new CallLedger.Charge(claim.hold(), 0)));
            settle(nothing);
        }

        @Override
        public void ended(CallRecord record) {
            settle(charges(record));
        }

        private void settle(List<CallLedger.Charge> charges) {
            List<Settlement> settlements = new ArrayList<>(charges.size());
            for (int i = 0; i < charges.size(); i++) {
                settlements.add(new Settlement(
                        charges.get(i).hold(),
                        claims.get(i).fromPeriod(),
                        charges.get(i).chargedNanos()));
            }
            store.settle(attempt.id(), settlements).whenComplete((balances, error) -> {
                if (error != null) {
                    LOG.warn(
                            "What attempt {} cost is not taken from its budgets yet; it stays set aside: {}",
                            attempt.id(),
                            error.toString());
                    return;
                }
                for (int i = 0; i < balances.size(); i++) {
                    seen.settled(shares.get(i), balances.get(i), charges.get(i).chargedNanos());
                }
            });
        }
    }
}
