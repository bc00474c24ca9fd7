package io.github.camelllm.component;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.cache.SemanticIndex;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.limit.LimitStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The extensions on the class path, and what they have made. */
final class LlmExtensions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LlmExtensions.class);

    private final List<LlmExtension> found = new ArrayList<>();
    private final LlmExtension.Context context;
    private final List<AutoCloseable> made = new ArrayList<>();

    LlmExtensions(LlmExtension.Context context) {
        this.context = context;
        ClassLoader own = LlmExtension.class.getClassLoader();
        ClassLoader loader = context.camelContext().getApplicationContextClassLoader();
        ServiceLoader.load(LlmExtension.class, loader == null ? own : loader).forEach(found::add);
    }

    /** @throws IllegalArgumentException if nothing on the class path has one */
    CallLedger ledger() {
        return first("camel.component.llm.ledger=true", extension -> extension.ledger(context));
    }

    /** @throws IllegalArgumentException if nothing on the class path has such a store */
    BudgetStore budgetStore(String kind) {
        return first("camel.component.llm.budget-store=" + kind, extension -> extension.budgetStore(kind, context));
    }

    /** @throws IllegalArgumentException if nothing on the class path has such a store */
    PolicyStore policyStore(String kind) {
        return first("camel.component.llm.policy-store=" + kind, extension -> extension.policyStore(kind, context));
    }

    /** @throws IllegalArgumentException if nothing on the class path has such a store */
    LimitStore limitStore(String kind) {
        return first("camel.component.llm.limit-store=" + kind, extension -> extension.limitStore(kind, context));
    }

    /** @throws IllegalArgumentException if nothing on the class path has such a store */
    CacheStore cacheStore(String kind) {
        return first("camel.component.llm.cache-store=" + kind, extension -> extension.cacheStore(kind, context));
    }

    /** @throws IllegalArgumentException if nothing on the class path has one */
    SemanticIndex semanticIndex() {
        return first("cache=semantic", extension -> extension.semanticIndex(context));
    }

    /** Follows calls: the bean of this type in the registry, or an extension; empty if there is neither. */
    Optional<CallTracing> tracing() {
        CallTracing bean = context.camelContext().getRegistry().findSingleByType(CallTracing.class);
        if (bean != null) {
            return Optional.of(bean);
        }
        for (LlmExtension extension : found) {
            Optional<CallTracing> tracing = extension.tracing(context);
            if (tracing.isPresent()) {
                return tracing;
            }
        }
        return Optional.empty();
    }

    /** Who gets the record of each attempt. */
    List<CallRecordListener> listeners() {
        List<CallRecordListener> listeners = new ArrayList<>();
        found.forEach(extension -> listeners.addAll(extension.listeners(context)));
        return listeners;
    }

    private <T> T first(String asked, Function<LlmExtension, Optional<T>> make) {
        for (LlmExtension extension : found) {
            Optional<T> thing = make.apply(extension);
            if (thing.isPresent()) {
                if (thing.get() instanceof AutoCloseable closeable) {
                    made.add(closeable);
                }
                return thing.get();
            }
        }
        throw new IllegalArgumentException(
                asked + " needs something on the class path that has it: camel-llm-routes has"
                        + " the ledger, the stores jdbc and redis and the semantic cache; found "
                        + (found.isEmpty() ? "no extension at all" : found.size() + " extensions without it"));
    }

    /** Closes what was made, the last first. */
    @Override
    public void close() {
        for (int i = made.size() - 1; i >= 0; i--) {
            try {
                made.get(i).close();
            } catch (Exception e) {
                LOG.warn("{} was not closed well", made.get(i).getClass().getName(), e);
            }
        }
        made.clear();
    }
}
