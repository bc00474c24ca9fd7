package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.limit.LimitDefinitions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PolicyDefinitionsTest {
    private static final String ONE = "requestsPerMinute: 1\n";
    private static final String TWO = "requestsPerMinute: 2\n";

    private final MemoryPolicyStore stored = new MemoryPolicyStore();
    private final AtomicReference<Map<String, String>> properties = new AtomicReference<>(Map.of());
    private final List<List<String>> used = new ArrayList<>();
    private boolean refuses;
    private final PolicyDefinitions<LimitDefinitions> limits = new PolicyDefinitions<>(
            "limit",
            LlmPolicies.LIMITS,
            () -> new Reloaded.Source("", "", properties.get(), Map.of()),
            stored,
            Optional.empty(),
            Clock.systemUTC(),
            this::use);

    private void use(LimitDefinitions changed) {
        if (refuses) {
            throw new IllegalArgumentException("a jar is missing");
        }
        used.add(changed.names());
    }

    @Test
    void aChangeThatIsRefusedFailsAndLeavesWhatWasThere() {
        limits.define("a", ONE, "alice");
        refuses = true;

        assertThatThrownBy(() -> limits.define("a", TWO, "alice"))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("limit a was not changed")
                .hasMessageContaining("a jar is missing");
        assertThatThrownBy(() -> limits.define("b", ONE, "alice")).hasMessageContaining("a jar is missing");
        assertThatThrownBy(() -> limits.remove("a", "alice")).hasMessageContaining("a jar is missing");

        assertThat(stored.load("limit")).isEqualTo(Map.of("a", ONE));
        assertThat(limits.get().names()).isEqualTo(List.of("a"));
        assertThat(limits.problem()).isEmpty();
        assertThat(used).isEqualTo(List.of(List.of("a")));
    }

    @Test
    void aChangeBesideAWrongFileFailsWithWhatIsWrongThere() {
        properties.set(Map.of("c.requestsPerMinute", "many"));

        assertThatThrownBy(() -> limits.define("a", ONE, "alice"))
                .hasMessageContaining("'requestsPerMinute' must be a whole number");

        properties.set(Map.of());
        limits.refresh();
        assertThat(limits.problem()).isEmpty();
        assertThat(limits.get().isEmpty()).isTrue();
    }
}
