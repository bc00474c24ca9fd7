package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.call.ExecutorTimer;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.routes.testing.Redis;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoutesExtensionTest {
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    private final CamelContext camel = new DefaultCamelContext();

    @AfterEach
    void stop() {
        clock.shutdownNow();
    }

    private LlmExtension.Context context(Map<String, Map<String, String>> properties) {
        return new LlmExtension.Context() {
            @Override
            public CamelContext camelContext() {
                return camel;
            }

            @Override
            public Map<String, String> properties(String prefix) {
                return properties.getOrDefault(prefix, Map.of());
            }

            @Override
            public Pricing pricing() {
                throw new AssertionError("stores know no prices");
            }

            @Override
            public Timer timer() {
                return new ExecutorTimer(clock, Runnable::run);
            }

            @Override
            public Clock clock() {
                return Clock.systemUTC();
            }
        };
    }

    private static Optional<BudgetStore> store(String kind, LlmExtension.Context context) {
        return ServiceLoader.load(LlmExtension.class).stream()
                .map(ServiceLoader.Provider::get)
                .flatMap(extension -> extension.budgetStore(kind, context).stream())
                .findFirst();
    }

    @Test
    void hasAStoreInADatabase() {
        LlmExtension.Context context = context(Map.of("llm.jdbc.", Map.of("url", "jdbc:h2:mem:" + UUID.randomUUID())));
        try (BudgetStore store = store("jdbc", context).orElseThrow()) {
            assertThat(store.kind()).isEqualTo("jdbc");
            assertThat(store.balances(List.of(new Window("a", 0, 0))).join()).containsExactly(new Balance("a", 0, 0));
        }
    }

    @Test
    void hasAStoreInRedis() {
        try (Redis redis = new Redis();
                BudgetStore store = store("redis", context(Map.of("llm.redis.", Map.of("uri", redis.uri()))))
                        .orElseThrow()) {
            assertThat(store.kind()).isEqualTo("redis");
            assertThat(store.balances(List.of(new Window("a", 0, 0))).join()).containsExactly(new Balance("a", 0, 0));
        }
    }

    @Test
    void hasNoStoreOfAnotherKind() {
        assertThat(store("memory", context(Map.of()))).isEmpty();
    }
}
