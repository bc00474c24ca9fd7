package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BudgetStoreSettingsTest {
    @Test
    void hasDefaults() {
        assertThat(BudgetStoreSettings.of(Map.of()))
                .isEqualTo(new BudgetStoreSettings(
                        "node", Duration.ofSeconds(30), Duration.ofSeconds(5), 10_000, 100_000));
    }

    @Test
    void readsProperties() {
        BudgetStoreSettings settings =
                BudgetStoreSettings.of(Map.of("node", "pod-7", "nodeTimeout", "10s", "storeTimeout", "800ms"));

        assertThat(settings.node()).isEqualTo("pod-7");
        assertThat(settings.nodeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.timeout()).isEqualTo(Duration.ofMillis(800));
    }

    @Test
    void givesEachProcessANameOfItsOwn() {
        BudgetStoreSettings settings = BudgetStoreSettings.of(Map.of("node", "pod-7"));

        assertThat(settings.newNode()).startsWith("pod-7-").isNotEqualTo(settings.newNode());
    }

    @Test
    void namesThePropertyThatIsWrong() {
        assertThatThrownBy(() -> BudgetStoreSettings.of(Map.of("nodeTimeout", "soon")))
                .hasMessageContaining("llm.budgets.nodeTimeout must be a duration")
                .hasMessageContaining("'soon'");
        assertThatThrownBy(() -> BudgetStoreSettings.of(Map.of("node", "a b")))
                .hasMessageContaining("llm.budgets.node must be")
                .hasMessageContaining("'a b'");
        assertThatThrownBy(() -> LlmRedis.open(Map.of("prefix", "a{b}")))
                .hasMessageContaining("llm.redis.prefix must be");
        assertThatThrownBy(() -> LlmRedis.open(Map.of("timeout", "x")))
                .hasMessageContaining("llm.redis.timeout must be");
        assertThatThrownBy(() -> LlmRedis.open(Map.of("uri", "http://user:secret@host")))
                .hasMessageContaining("llm.redis.uri must be")
                .hasMessageNotContaining("secret");
    }
}
