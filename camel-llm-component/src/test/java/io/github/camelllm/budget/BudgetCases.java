package io.github.camelllm.budget;

import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.AttemptSize;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CommitPolicy;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Guards.BudgetPermit;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.RetryPolicy;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Budgets in memory, and attempts with gpt-5-mini, whose input costs 0.25 and whose output costs 2 dollars a million tokens.
 */
abstract class BudgetCases {
    static final Pricing PRICING = Pricing.builtIn();
    /** What 1,000 tokens of input and 500 of output cost. */
    static final long NANOS = 1_250_000;

    final ManualTimer timer = new ManualTimer();
    final MemoryBudgetStore store = new MemoryBudgetStore(timer.clock());
    final List<BudgetEvent> events = new ArrayList<>();

    record Size(
            long mostInputTokens,
            OptionalLong exactInputTokens,
            OptionalLong mostOutputTokens,
            OptionalLong mostSearches)
            implements AttemptSize {
        Size(long mostInputTokens, OptionalLong exactInputTokens, OptionalLong mostOutputTokens) {
            this(mostInputTokens, exactInputTokens, mostOutputTokens, OptionalLong.of(0));
        }

        static final Size USUAL = new Size(1_000, OptionalLong.empty(), OptionalLong.of(500));

        @Override
        public long estimatedInputTokens() {
            return mostInputTokens;
        }

        @Override
        public boolean mayWriteCache() {
            return false;
        }

        @Override
        public boolean hasMedia() {
            return false;
        }
    }

    Budgets budgets(String yaml) {
        return budgets(yaml, store);
    }

    Budgets budgets(String yaml, BudgetStore in) {
        return budgets(yaml, in, PRICING);
    }

    static BudgetDefinitions definitions(String yaml) {
        return BudgetDefinitions.NONE.withYaml("budgets.yaml", new StringReader(yaml));
    }

    Budgets budgets(String yaml, BudgetStore in, Pricing pricing) {
        return new Budgets(definitions(yaml), in, () -> pricing, timer, timer.clock(), events::add);
    }

    Attempt attempt(Map<String, String> tags, AttemptSize size) {
        return attempt("gpt-5-mini", tags, size);
    }

    Attempt attempt(String model, Map<String, String> tags, AttemptSize size) {
        return new Attempt(
                CallId.next(),
                CallId.next(),
                Operation.CHAT,
                new ScriptedChannel(timer).target("openai", model, RetryPolicy.NONE, CommitPolicy.FIRST_PIECE),
                false,
                tags,
                Deadline.NONE,
                size,
                timer.clock().instant());
    }

    BudgetPermit admit(Budgets budgets, String team) {
        CompletableFuture<BudgetPermit> asked = budgets.admit(attempt(Map.of("team", team), Size.USUAL));
        timer.advance(Duration.ZERO);
        return asked.join();
    }

    static CallRecord record(boolean billable, Optional<Cost> cost) {
        return new CallRecord(
                CallId.next(),
                CallId.next(),
                1,
                Operation.CHAT,
                "openai",
                "openai",
                "gpt-5-mini",
                Optional.empty(),
                false,
                Instant.EPOCH,
                Duration.ZERO,
                Optional.empty(),
                CallOutcome.SUCCEEDED,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                billable,
                Optional.empty(),
                UsageSource.UNKNOWN,
                cost,
                List.of(),
                Map.of());
    }

    CallRecord costing(long input, long output) {
        return record(
                true,
                PRICING.cost(
                        Usage.of(input, output),
                        "openai",
                        "gpt-5-mini",
                        timer.clock().instant()));
    }

    BudgetStore.Balance balance(String account) {
        return store.balances(List.of(new Window(account, 0, Long.MAX_VALUE)))
                .join()
                .get(0);
    }
}
