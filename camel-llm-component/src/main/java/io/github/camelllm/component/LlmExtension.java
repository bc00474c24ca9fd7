package io.github.camelllm.component;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.cache.SemanticIndex;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.limit.LimitStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;

/**
 * Adds to the component what its own jar does not have: the ledger, stores on a network, and telemetry. Found by
 * {@link java.util.ServiceLoader}. What it makes is closed with the component if it is {@link AutoCloseable}.
 */
public interface LlmExtension {
    /** The ledger that the properties {@code llm.ledger.…} describe; empty if this extension has none. */
    default Optional<CallLedger> ledger(Context context) {
        return Optional.empty();
    }

    /** A store of budgets; empty if this extension has none of this kind. */
    default Optional<BudgetStore> budgetStore(String kind, Context context) {
        return Optional.empty();
    }

    /** A store of definitions; empty if this extension has none of this kind. */
    default Optional<PolicyStore> policyStore(String kind, Context context) {
        return Optional.empty();
    }

    /** A store of rate limits; empty if this extension has none of this kind. */
    default Optional<LimitStore> limitStore(String kind, Context context) {
        return Optional.empty();
    }

    /** A store of cached answers; empty if this extension has none of this kind. */
    default Optional<CacheStore> cacheStore(String kind, Context context) {
        return Optional.empty();
    }

    /** Finds questions that mean much the same; empty if this extension cannot. */
    default Optional<SemanticIndex> semanticIndex(Context context) {
        return Optional.empty();
    }

    /** Follows calls; empty if nobody wants to. */
    default Optional<CallTracing> tracing(Context context) {
        return Optional.empty();
    }

    /** Get the record of each attempt, from the first one on. */
    default List<CallRecordListener> listeners(Context context) {
        return List.of();
    }

    /** What extensions may need. */
    interface Context {
        CamelContext camelContext();

        /** Properties that begin with a prefix, without it, placeholders filled in. */
        Map<String, String> properties(String prefix);

        Pricing pricing();

        Timer timer();

        Clock clock();
    }
}
