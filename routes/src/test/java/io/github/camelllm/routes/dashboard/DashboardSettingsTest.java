package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DashboardSettingsTest {
    private static final String SECRET = "correct-horse-battery";

    @Test
    void hasTheseDefaults() {
        assertThat(DashboardSettings.of(Map.of("secret", SECRET)))
                .isEqualTo(new DashboardSettings(
                        Optional.of(SECRET), Optional.empty(), "/llm", Duration.ofHours(12), Duration.ofSeconds(5)));
    }

    @Test
    void needsASecretUnlessToldOtherwise() {
        assertThatThrownBy(() -> DashboardSettings.of(Map.of()))
                .hasMessageContaining("llm.dashboard.secret: expected at least 16 characters")
                .hasMessageContaining("there are 0");
        assertThatThrownBy(() -> DashboardSettings.of(Map.of("secret", "short")))
                .hasMessageContaining("there are 5")
                .hasMessageNotContaining("short");
        assertThat(DashboardSettings.of(Map.of("auth", "none")).secret()).isEmpty();
        assertThatThrownBy(() -> DashboardSettings.of(Map.of("auth", "none", "secret", SECRET)))
                .hasMessageContaining("take one of them away");
        assertThatThrownBy(() -> DashboardSettings.of(Map.of("auth", "off")))
                .hasMessageContaining("secret, oidc or none");
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> DashboardSettings.of(Map.of("secrets", SECRET)))
                .hasMessageContaining("llm.dashboard.secrets is no property of the dashboard");
        assertThatThrownBy(() -> DashboardSettings.of(Map.of("auth", "none", "path", "llm")))
                .hasMessageContaining("begins with a slash");
        assertThatThrownBy(() -> DashboardSettings.of(Map.of("auth", "none", "queryTimeout", "5h")))
                .hasMessageContaining("queryTimeout: expected a duration");
        assertThat(DashboardSettings.of(Map.of("auth", "none", "path", "/admin/llm/"))
                        .path())
                .isEqualTo("/admin/llm");
    }

    @Test
    void doesNotTellTheSecret() {
        assertThat(DashboardSettings.of(Map.of("secret", SECRET)).toString()).doesNotContain(SECRET);
    }
}
