package io.github.camelllm.component;

import io.github.camelllm.budget.BudgetDefinitions;
import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.Budgets;
import io.github.camelllm.budget.MemoryBudgetStore;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.ProviderDescriptor;
import io.github.camelllm.limit.LimitDefinitions;
import io.github.camelllm.limit.LimitSettings;
import io.github.camelllm.limit.LimitStore;
import io.github.camelllm.limit.RateLimits;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes the budgets and rate limits that the options of a component describe, in the stores that these name. */
final class PoliciesFactory {
    private static final String LIMIT_SETTINGS = "llm.limits.";
    private static final String MEMORY = "memory";

    private final LlmComponentOptions options;
    private final DefinitionSources sources;
    private final LlmCatalogs catalogs;
    private final LlmExtensions extensions;
    private final Timer timer;
    private final Clock today = Clock.systemUTC();

    PoliciesFactory(
            LlmComponentOptions options,
            DefinitionSources sources,
            LlmCatalogs catalogs,
            LlmExtensions extensions,
            Timer timer) {
        this.options = options;
        this.sources = sources;
        this.catalogs = catalogs;
        this.extensions = extensions;
        this.timer = timer;
    }

    /**
     * @param books hear of changes; amounts in memory go on from what they know
     * @param events of budgets go there
     * @param made gives what this makes, for changes of definitions later on
     */
    LlmPolicies policies(Optional<CallLedger> books, BudgetEvents events, Supplier<LlmPolicies> made) {
        PolicyStore stored = definitionStore();
        PolicyDefinitions<BudgetDefinitions> budgetDefinitions = new PolicyDefinitions<>(
                "budget", LlmPolicies.BUDGETS, sources::budgets, stored, books, today, changed -> made.get()
                        .budgets()
                        .define(changed));
        PolicyDefinitions<LimitDefinitions> limitDefinitions = new PolicyDefinitions<>(
                "limit", LlmPolicies.LIMITS, sources::limits, stored, books, today, changed -> made.get()
                        .limits()
                        .define(changed));
        books.ifPresent(ledger -> ledger.keepSpent(new SpentWindows(budgetDefinitions::get)));
        LlmLimits limits = limits(limitDefinitions.get());
        Budgets budgets = budgets(budgetDefinitions.get(), books, events);
        budgetDefinitions.watch(options.getPolicyReloadInterval(), timer);
        limitDefinitions.watch(options.getPolicyReloadInterval(), timer);
        return new LlmPolicies(budgetDefinitions, limitDefinitions, budgets, limits, books);
    }

    private PolicyStore definitionStore() {
        String kind = options.getPolicyStore();
        return kind.equals(MEMORY) ? new MemoryPolicyStore() : extensions.policyStore(kind);
    }

    private LlmLimits limits(LimitDefinitions first) {
        LimitSettings settings = LimitSettings.of(sources.properties(LIMIT_SETTINGS));
        return new LlmLimits(
                first,
                definitions -> new RateLimits(definitions, this::limitsOf, limitStore(), timer, today, settings));
    }

    /** What a provider's descriptor says of its limits. */
    private ProviderDescriptor.Limits limitsOf(String provider) {
        return catalogs.current()
                .providers()
                .find(provider)
                .map(ProviderDescriptor::limits)
                .orElse(ProviderDescriptor.Limits.UNKNOWN);
    }

    private LimitStore limitStore() {
        String kind = options.getLimitStore();
        return kind.equals(MEMORY) ? LlmLimits.inMemory(timer) : extensions.limitStore(kind);
    }

    private Budgets budgets(BudgetDefinitions first, Optional<CallLedger> books, BudgetEvents events) {
        return new Budgets(
                first, budgetStore(first, books), () -> catalogs.current().pricing(), timer, today, events::tell);
    }

    private BudgetStore budgetStore(BudgetDefinitions first, Optional<CallLedger> books) {
        String kind = options.getBudgetStore();
        if (!kind.equals(MEMORY)) {
            return extensions.budgetStore(kind);
        }
        MemoryBudgetStore memory = new MemoryBudgetStore(today);
        if (books.isPresent() && !first.isEmpty()) {
            Instant now = today.instant();
            Budgets.restore(memory, first, books.get().spent(SpentWindows.fromPeriods(first, now)), now);
        }
        return memory;
    }
}
