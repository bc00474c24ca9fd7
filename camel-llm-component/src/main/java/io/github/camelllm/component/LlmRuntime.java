package io.github.camelllm.component;

import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.ExecutorTimer;
import io.github.camelllm.call.Guards;
import io.github.camelllm.call.HealthSettings;
import io.github.camelllm.call.RetryBudgets;
import io.github.camelllm.call.TargetHealths;
import io.github.camelllm.call.Timer;
import io.github.camelllm.transport.HttpTransport;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * What one component runs on from its first use to its shutdown: threads, definitions, policies, caches, connections. Made
 * whole or not at all, and closed in the reverse order. Thread-safe.
 */
final class LlmRuntime implements AutoCloseable {
    private final LlmComponentOptions options;
    private final CamelContext camel;
    private final LlmPolicies policies;
    private final LlmEngine engine;
    private final LlmCaches caches;
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ProducerTemplate template;

    /**
     * @param tls for calls to providers, if it is not Java's own
     * @param running gives the policies of this runtime once it is made
     * @throws RuntimeException if an option or a definition is wrong; nothing stays open then
     */
    LlmRuntime(LlmComponentOptions options, @Nullable SSLContextParameters tls, Supplier<LlmPolicies> running) {
        this.options = options;
        this.camel = options.getCamelContext();
        boolean whole = false;
        try {
            DefinitionSources sources = new DefinitionSources(options, camel);
            LlmCatalogs catalogs = new LlmCatalogs(sources::providers, sources::prices, sources::keys);
            ExecutorService workers = workers();
            Timer timer = new ExecutorTimer(clock(), workers);
            LlmRouters routers =
                    new LlmRouters(sources::routers, () -> catalogs.current().providers());
            routers.watch(options.getRoutersReloadInterval(), timer);
            catalogs.check(routers::requireProviders);
            catalogs.watch(options.getCatalogReloadInterval(), timer);
            LlmExtension.Context context = new ExtensionContext(camel, sources, catalogs, timer);
            LlmExtensions extensions = new LlmExtensions(context);
            closing.push(extensions::close);
            Optional<CallLedger> books = options.isLedger() ? Optional.of(extensions.ledger()) : Optional.empty();
            policies = new PoliciesFactory(options, sources, catalogs, extensions, timer)
                    .policies(books, new BudgetEvents(this::template, workers), running);
            closing.push(policies.limits()::close);
            closing.push(this::stopTemplate);
            engine = new LlmEngine(
                    catalogs,
                    new Guards(Optional.of(policies.limits()), Optional.of(policies.budgets()), books),
                    transport(tls),
                    new TargetHealths(healthSettings(), Clock.systemUTC()),
                    new RetryBudgets(options.getRetryBudgetPercent(), options.getRetryBudgetPercent() == 0 ? 0 : 10),
                    routers,
                    extensions.tracing(),
                    workers,
                    timer);
            engine.addListeners(extensions.listeners());
            caches = new LlmCaches(options.getCacheStore(), extensions, context, workers, engine.channels()::publish);
            whole = true;
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    LlmEngine engine() {
        return engine;
    }

    /** The budgets and limits, to be looked at or changed. */
    LlmPolicies policies() {
        return policies;
    }

    /** Answers kept for endpoints with the option {@code cache}. */
    LlmCaches caches() {
        return caches;
    }

    /** Sends messages that routers and budgets emit. Made when the first of them needs it. */
    ProducerTemplate template() {
        lock.lock();
        try {
            ProducerTemplate made = template;
            if (made == null) {
                made = camel.createProducerTemplate();
                template = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void stopTemplate() {
        lock.lock();
        try {
            ServiceHelper.stopService(template);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }

    /** A call waits for a worker at most once, and calls are bounded by connections and waiting places, so is the queue. */
    private ExecutorService workers() {
        int queue = (options.getMaxConnections() + options.getMaxPendingCalls()) * 100;
        ExecutorService made = BoundedPool.of(camel, "LlmWorker", options.getWorkerPoolSize(), queue);
        closing.push(() -> camel.getExecutorServiceManager().shutdownGraceful(made));
        return made;
    }

    private ScheduledExecutorService clock() {
        ExecutorServiceManager pools = camel.getExecutorServiceManager();
        ScheduledExecutorService made = pools.newScheduledThreadPool(options, "LlmTimer", 1);
        closing.push(() -> pools.shutdownNow(made));
        return made;
    }

    /** One that was given is not closed. */
    private HttpTransport transport(@Nullable SSLContextParameters tls) throws Exception {
        HttpTransport given = options.getHttpTransport();
        if (given != null) {
            return given;
        }
        HttpTransport made = new TransportFactory(options, camel).transport(tls);
        closing.push(made::close);
        return made;
    }

    private HealthSettings healthSettings() {
        HealthSettings usual = HealthSettings.DEFAULT;
        return new HealthSettings(
                options.getCircuitFailureRate(),
                options.getCircuitWindow(),
                Math.min(options.getCircuitMinCalls(), options.getCircuitWindow()),
                options.getCircuitOpenTime(),
                usual.probes(),
                usual.rateLimitCooldown(),
                usual.quotaCooldown());
    }
}
